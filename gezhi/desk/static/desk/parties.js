// Names of units, departments and people while one types: the list below the field holds those that fit, however many
// there are in all. Without this the list has the first of them, and a whole name is taken all the same.
(function () {
  "use strict";
  document.querySelectorAll("input[data-parties]").forEach(function (field) {
    var list = document.getElementById(field.getAttribute("list")), timer = 0, asked = 0;
    if (!list) return;
    function show(found) {
      list.textContent = "";
      found.parties.forEach(function (one) {
        var option = document.createElement("option");
        option.value = one.word; list.append(option);
      });
    }
    field.addEventListener("input", function () {
      clearTimeout(timer);
      var said = field.value.trim();
      if (!said) return;
      timer = setTimeout(function () {
        var mine = ++asked;
        fetch(field.dataset.parties + "?q=" + encodeURIComponent(said)).then(function (r) { return r.json(); })
          .then(function (found) { if (mine === asked) show(found); }).catch(function () {});
      }, 180);
    });
  });
})();
