// A column is dragged onto what a matter wants; what would come of it is shown at once; progress without pressing anything.
(function () {
  "use strict";
  var map = document.getElementById("map"), preview = document.getElementById("preview"), dragged = "";
  function used() {
    var taken = {};
    document.querySelectorAll("[data-slot] select").forEach(function (field) { if (field.value) taken[field.value] = true; });
    document.querySelectorAll("[data-column]").forEach(function (one) { one.classList.toggle("used", !!taken[one.dataset.column]); });
  }
  function read() {
    var said = new FormData(map);
    said.append("look", "1");
    return said;
  }
  if (map) {
    var timer = 0, shown = gzAsks(map.dataset.look, read, function (html) { preview.innerHTML = html; });  // none: what stands there stays; saving shows it anew
    used();
    map.addEventListener("change", function () { used(); clearTimeout(timer); timer = setTimeout(shown.ask, 250); });
    document.addEventListener("dragstart", function (event) {
      var one = event.target.closest && event.target.closest("[data-column]");
      if (!one) return;
      dragged = one.dataset.column;
      event.dataTransfer.setData("text/plain", dragged);
      event.dataTransfer.effectAllowed = "copy";
    });
    map.querySelectorAll("[data-slot]").forEach(function (slot) {
      slot.addEventListener("dragover", function (event) { if (dragged) { event.preventDefault(); slot.classList.add("over"); } });
      slot.addEventListener("dragleave", function () { slot.classList.remove("over"); });
      slot.addEventListener("drop", function (event) {
        event.preventDefault();
        slot.classList.remove("over");
        var field = slot.querySelector("select");
        field.value = event.dataTransfer.getData("text/plain") || dragged;
        dragged = "";
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
  }
  var task = document.getElementById("task");
  function again() {
    fetch(task.dataset.part, { credentials: "same-origin" }).then(function (answer) { return answer.ok ? answer.text() : ""; }).then(function (html) {
      if (!html) return;
      if (html.indexOf("<progress") < 0) { location.reload(); return; }
      gzStill(function () { task.innerHTML = html; setTimeout(again, 2000); });
    }).catch(function () { setTimeout(again, 5000); });
  }
  if (task && "busy" in task.dataset) setTimeout(again, 1500);
})();
