// The sheet of samples: puts each piece into the state that its own script would put it into, without asking a browser or a
// house for it. What is pressed here goes nowhere.
(function () {
  "use strict";
  document.getElementById("main").addEventListener("submit", function (event) { event.preventDefault(); });
  function each(state, act) { document.querySelectorAll('[data-as="' + state + '"]').forEach(act); }

  // ── the box of push.js ──
  function bare(box) { box.querySelector("form").hidden = false; }
  function says(box, what) { var say = box.querySelector("[data-says]"); say.textContent = say.dataset[what]; say.hidden = false; }
  each("off", bare);
  each("on", function (box) {
    bare(box);
    box.querySelector("[data-told]").hidden = false;
    box.querySelector("button span").textContent = box.querySelector("button").dataset.on;
  });
  each("denied", function (box) { bare(box); says(box, "denied"); });
  each("ios", function (box) { bare(box); box.querySelector("button").hidden = true; box.querySelector("[data-ios]").hidden = false; });

  // ── the list of places.js ──
  each("places", function (box) {
    var places = box.querySelector("[data-places]"), said = places.dataset;
    places.hidden = false;
    [said.many.replace("{n}", 3), said.same, said.gone].forEach(function (words, n) {
      var li = places.querySelector("template").content.cloneNode(true).firstElementChild, link = li.querySelector("a"), news = li.querySelector("small");
      link.href = "#first"; link.textContent = box.dataset.names.split("|")[n];
      news.textContent = words; news.classList.toggle("tm", n === 0);
      places.querySelector("ul").append(li);
    });
  });
  each("none", function (box) {
    box.querySelector("[data-places]").hidden = false; box.querySelector("[data-none]").hidden = false; box.querySelector("ul").hidden = true;
  });

  // ── two pictures that open and one that does not, handed to photos.js as if they were chosen ──
  each("photos", function (box) {
    var input = box.querySelector("input[type=file]"), chosen = new DataTransfer(), left = 2;
    function drawn(name, colour) {
      var canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
      canvas.width = 320; canvas.height = 240;
      pen.fillStyle = colour; pen.fillRect(0, 0, 320, 240); pen.fillStyle = "#14201d"; pen.fillRect(110, 140, 100, 46);
      canvas.toBlob(function (blob) {
        chosen.items.add(new File([blob], name, { type: "image/png" })); left -= 1;
        if (left) return;
        chosen.items.add(new File(["cut off"], "3.jpg", { type: "image/jpeg" }));
        input.files = chosen.files; input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
    drawn("1.png", "#7a8983"); drawn("2.png", "#a89f8a");
  });
})();
