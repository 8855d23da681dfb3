// Choosing pictures: seen before they are sent, put in order, made smaller here, which also drops where and when they were
// taken. What the camera wrote is offered first, and used only if somebody says so. Without this the plain field works.
(function () {
  "use strict";
  var EDGE = 2048, MOST_BYTES = 600000, QUALITIES = [.85, .75, .65, .55, .45];

  function open(file) {
    return new Promise(function (done, failed) {
      var picture = new Image(), address = URL.createObjectURL(file);
      picture.onload = function () { URL.revokeObjectURL(address); done(picture); };
      picture.onerror = function () { URL.revokeObjectURL(address); failed(new Error("not a picture")); };
      picture.src = address;
    });
  }
  // A JPEG or PNG that was cut off is drawn half grey, and nothing says so. FF D9 stands in a JPEG only where its picture ends
  // (those in its head are skipped by their length), IEND in a PNG; what a telephone writes behind it does not matter.
  function cutOff(file) {
    return new Response(file).arrayBuffer().then(function (body) {
      var all = new Uint8Array(body), jpeg = all[0] === 255 && all[1] === 216, png = all[0] === 137 && all[1] === 80;
      var end = jpeg ? [255, 217] : png ? [73, 69, 78, 68] : [], from = 2, at = all.length - end.length;
      function same(byte, n) { return all[at + n] === byte; }
      while (jpeg && all[from] === 255 && all[from + 1] !== 218) from += all[from + 1] === 255 ? 1 : 2 + all[from + 2] * 256 + all[from + 3];
      while (at >= from && !end.every(same)) at -= 1;
      return end.length > 0 && at < from;
    });
  }
  function drawn(picture, width, height) {
    var canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = width; canvas.height = height;
    pen.fillStyle = "white"; pen.fillRect(0, 0, width, height);
    pen.drawImage(picture, 0, 0, width, height);
    return canvas;
  }
  function pressed(canvas, n) {
    return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", QUALITIES[n]); }).then(function (blob) {
      return blob.size <= MOST_BYTES || n === QUALITIES.length - 1 ? blob : pressed(canvas, n + 1);
    });
  }
  // Upright (the browser turns it), at most `edge` long, as good as fits into MOST_BYTES; smaller where nothing else does.
  function shrunk(picture, edge) {
    var scale = Math.min(1, edge / Math.max(picture.naturalWidth, picture.naturalHeight));
    var canvas = drawn(picture, Math.max(1, Math.round(picture.naturalWidth * scale)), Math.max(1, Math.round(picture.naturalHeight * scale)));
    return pressed(canvas, 0).then(function (blob) {
      return blob.size <= MOST_BYTES || edge < 1000 ? blob : shrunk(picture, edge * .75);
    });
  }

  function field(box) {
    var input = box.querySelector("input[type=file]"), form = input.form, list = box.querySelector("[data-thumbs]");
    var say = box.querySelector("[data-told]"), words = box.dataset, most = Number(words.most), chosen = [], answered = [];
    // The house's own clock, less half an hour: what was taken later is no late entry.
    var before = new Date(Date.parse(words.now + "Z") - 1800000).toISOString().slice(0, 16);

    box.querySelectorAll("[data-scripted]").forEach(function (one) { one.hidden = !one.hidden; });  // what is true with this, and what without

    function tell(sentence) { say.textContent = sentence; }
    function button(icon, label, act) {
      var one = document.createElement("button");
      one.type = "button"; one.textContent = icon; one.setAttribute("aria-label", label); one.title = label;
      one.addEventListener("click", act);
      return one;
    }
    function figure(one) {
      var made = document.createElement("figure"), name = document.createElement("figcaption"), tools = document.createElement("div");
      one.canvas = document.createElement("canvas"); one.canvas.width = 192; one.canvas.height = 144;
      one.bar = document.createElement("progress"); one.bar.max = 1; one.bar.value = 0; one.bar.hidden = true;
      one.again = button("↻", words.again, function () { read(one); });
      one.again.hidden = true;
      tools.className = "tools";
      tools.append(
        button("←", words.earlier, function () { move(one, -1); }), button("→", words.later, function () { move(one, 1); }),
        one.again, button("✕", words.remove, function () { remove(one); }));
      name.textContent = one.file.name; one.say = name;
      made.append(one.canvas, one.bar, name, tools);
      if (words.hide && window.HTMLDialogElement) {
        one.hider = button(words.hide, words.hide + " " + one.file.name, function () { hide(one); });
        one.hider.className = "hide"; made.append(one.hider);
      }
      one.element = made;
      return made;
    }
    // Resolves once a style sheet is there, or cannot be had: nothing that it draws is shown before, under a hand that would miss it.
    function styled(address) {
      return new Promise(function (done) {
        if (document.querySelector('link[href="' + address + '"]')) { done(); return; }
        var sheet = document.createElement("link");
        sheet.onload = sheet.onerror = done;
        sheet.rel = "stylesheet"; sheet.href = address; document.head.append(sheet);
      });
    }
    // Faces and plates are covered by hand before anything is sent; drawn again from what was uncovered, so that it can be mended.
    function hide(one) {
      one.ready.then(function () {
        if (one.failed) return null;
        return Promise.all([import(words.hideModule), styled(words.hideCss)]).then(function (made) { return made[0].default(one.plain || one.small, one.boxes || [], box.querySelector("[data-hiding]")); });
      }).then(function (drawn) {
        one.hider.focus();
        if (!drawn) return;
        one.plain = one.plain || one.small; one.boxes = drawn.boxes;
        one.ready = pressed(drawn.canvas, 0).then(function (blob) {
          one.small = drawn.boxes.length ? blob : one.plain;
          return open(one.small);
        }).then(function (picture) { show(one, picture); tell(words.hidden.replace("{n}", drawn.boxes.length)); });
        form.dispatchEvent(new Event("input", { bubbles: true }));
      }).catch(function () { tell(document.body.dataset.offline); one.say.textContent = words.unhidden; });
    }
    function order() { chosen.forEach(function (one) { list.append(one.element); }); }
    function move(one, by) {
      var from = chosen.indexOf(one), to = from + by;
      if (to < 0 || to >= chosen.length) return;
      chosen.splice(from, 1); chosen.splice(to, 0, one); order();
      one.element.querySelectorAll("button")[by < 0 ? 0 : 1].focus();
      tell(words.moved.replace("{n}", to + 1)); offer();
    }
    function remove(one) {
      var at = chosen.indexOf(one);
      chosen.splice(at, 1); one.element.remove();
      (chosen.length ? chosen[Math.min(at, chosen.length - 1)].element.querySelector("button:last-child") : input).focus();
      tell(words.many.replace("{n}", chosen.length)); offer();
    }
    function show(one, picture) {
      var scale = Math.max(192 / picture.naturalWidth, 144 / picture.naturalHeight), w = picture.naturalWidth * scale, h = picture.naturalHeight * scale;
      one.canvas.getContext("2d").drawImage(picture, (192 - w) / 2, (144 - h) / 2, w, h);
    }
    // First what the camera wrote, then the smaller picture, in which it is not.
    function read(one) {
      one.failed = false; one.again.hidden = true; one.plain = null; one.boxes = []; one.element.classList.remove("failed"); one.say.textContent = one.file.name;
      if (one.hider) one.hider.hidden = true;  // there is nothing to cover until it is open
      one.bar.hidden = false; one.bar.removeAttribute("value");
      one.ready = (window.gezhiExif ? window.gezhiExif(one.file) : Promise.resolve({})).then(function (found) {  // only where it is offered
        one.place = found.place || null; one.taken = found.taken || "";
        return cutOff(one.file);
      }).then(function (cut) {
        if (cut) throw new Error("cut off");
        return open(one.file);
      }).then(function (picture) {
        show(one, picture);
        return shrunk(picture, EDGE);
      }).then(function (small) {
        one.small = small; one.bar.hidden = true; offer();
        if (one.hider) one.hider.hidden = false;
      }).catch(function () {
        one.failed = true; one.bar.hidden = true; one.again.hidden = false;
        one.element.classList.add("failed"); one.say.textContent = words.unread.replace("{name}", one.file.name);
      });
    }
    function add(files) {
      var free = Math.max(0, most - chosen.length), some = Array.prototype.slice.call(files, 0, free);
      some.forEach(function (file) {
        var one = { file: file };
        chosen.push(one); list.append(figure(one)); read(one);
      });
      tell(files.length > free ? words.full : words.many.replace("{n}", chosen.length));
    }

    // The offer: of the first picture that says more than was answered already. Nothing is taken unless somebody presses.
    function offer() {
      var bar = box.querySelector("[data-offer]");
      if (!bar || !form.elements.lon) return;
      var one = chosen.filter(function (other) { return answered.indexOf(other) < 0 && (other.place || offered(other)); })[0];
      bar.hidden = !one;
      if (!one) return;
      var where = one.place ? one.place.lat.toFixed(5) + ", " + one.place.lon.toFixed(5) : "", when = one.taken.replace("T", " ");
      bar.querySelector("[data-offer-say]").textContent = (where && when ? words.both : where ? words.where : words.when).replace("{n}", chosen.indexOf(one) + 1).replace("{place}", where).replace("{time}", when);
      bar.querySelector("[data-use=place]").hidden = !one.place;
      bar.querySelector("[data-use=both]").hidden = !(one.place && offered(one));
      bar.querySelector("[data-use=time]").hidden = !!one.place || !offered(one);
      bar.gzOne = one;
    }
    function offered(one) { return one.taken && form.elements.at && one.taken < before; }
    function use(one, what) {
      answered.push(one);
      if (what === "place" || what === "both") {
        form.elements.lon.value = one.place.lon.toFixed(6); form.elements.lat.value = one.place.lat.toFixed(6);
        form.dispatchEvent(new CustomEvent("gz:placed"));
      }
      if (what === "time" || what === "both") {
        form.elements.at.value = one.taken;
        form.elements.at.closest("details").open = true;
        form.elements.at.dispatchEvent(new Event("input", { bubbles: true }));
        form.elements.late_reason.focus();
      }
      if (what !== "none") answered = answered.concat(chosen);
      tell(what === "none" ? words.unused : words.used); offer();
    }
    box.addEventListener("click", function (event) {
      var one = event.target.closest("[data-use]");
      if (one) use(box.querySelector("[data-offer]").gzOne, one.dataset.use);
    });

    input.addEventListener("change", function () {
      var files = Array.prototype.slice.call(input.files);
      if (!files.length) return;
      input.value = "";
      add(files);
    });
    ["dragenter", "dragover"].forEach(function (kind) {
      box.addEventListener(kind, function (event) { event.preventDefault(); box.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (kind) { box.addEventListener(kind, function () { box.classList.remove("over"); }); });
    function taken(files) { add(files); input.dispatchEvent(new Event("change", { bubbles: true })); }
    box.addEventListener("drop", function (event) { event.preventDefault(); if (event.dataTransfer.files.length) taken(event.dataTransfer.files); });
    document.addEventListener("paste", function (event) {
      var files = event.clipboardData ? event.clipboardData.files : [];
      if (files.length) { event.preventDefault(); taken(files); }
    });

    // Whether the file goes as it came: where the item keeps originals, and whoever reports is a worker or named.
    function whole() {
      if (form.dataset.original) return true;
      var item = form.querySelector("input[name=item]:checked"), way = form.querySelector("input[name=reporting]:checked");
      return !!(item && "original" in item.dataset && way && /^(staff|named)$/.test(way.value));
    }
    function tellWhole() {
      var note = box.querySelector("[data-original]");
      if (note) note.hidden = !whole();
    }
    form.addEventListener("change", tellWhole); tellWhole();

    input.gzPicked = {
      count: function () { return chosen.length; },
      // The files to be sent, in order; rejected with a sentence while one of them cannot be read.
      files: function () {
        return Promise.all(chosen.map(function (one) { return one.ready; })).then(function () {
          var bad = chosen.filter(function (one) { return one.failed && !whole(); }).length;
          if (bad) throw new Error(words.unready.replace("{n}", bad));
          return chosen.map(function (one) {
            return whole() && !one.boxes.length ? one.file : new File([one.small], one.file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
          });
        });
      },
      // How much has been sent, of these files that stand at the end of what is sent; less than nothing when it broke off.
      progress: function (files, loaded, total) {
        var sum = files.reduce(function (all, file) { return all + file.size; }, 0), from = total - sum;
        chosen.forEach(function (one, n) {
          one.bar.hidden = loaded < 0 || !files[n];
          if (loaded >= 0 && files[n]) { one.bar.value = Math.max(0, Math.min(1, (loaded - from) / files[n].size)); from += files[n].size; }
          one.element.classList.toggle("failed", loaded < 0 || !!one.failed);
        });
      }
    };
  }

  document.querySelectorAll("[data-photos]").forEach(field);
})();
