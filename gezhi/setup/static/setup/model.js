// The text keeps its line numbers while it is typed; a line that is asked for is found; a trial in work is looked at again.
(function () {
  "use strict";
  var text = document.getElementById("text");
  if (text) {
    var gutter = document.querySelector(".gutter");
    var count = function () {
      var lines = text.value.split("\n").length;
      while (gutter.children.length < lines) {
        var one = document.createElement("li");
        one.textContent = gutter.children.length + 1;
        one.id = "l" + one.textContent;
        gutter.append(one);
      }
      while (gutter.children.length > lines) gutter.lastElementChild.remove();
      text.rows = lines;
    };
    var go = function (line) {
      if (!line) return;
      var lines = text.value.split("\n"), start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      text.focus({ preventScroll: true });
      text.setSelectionRange(start, start + (lines[line - 1] || "").length);
      text.scrollLeft = 0;
      var mark = document.getElementById("l" + line);
      if (mark) mark.scrollIntoView({ block: "center" });
    };
    text.addEventListener("input", count);
    count();
    go(Number(text.dataset.at));
    document.addEventListener("click", function (event) {
      var link = event.target.closest("[data-line]");
      if (link) { event.preventDefault(); go(Number(link.dataset.line)); }
    });
  }
  var part = location.hash && document.getElementById(location.hash.slice(1));
  if (part && part.tagName === "DETAILS") part.open = true;
  var again = document.querySelector("#trial[data-again]");
  if (again) setTimeout(function () { location.reload(); }, Number(again.dataset.again));
})();
