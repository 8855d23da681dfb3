// What a camera wrote into a picture about where and when it was taken, read on the device and sent nowhere.
// JPEG: APP1 "Exif"; PNG: eXIf; WebP: EXIF; HEIC: the Exif item. Inside each is one TIFF (Exif 2.32 / CIPA DC-008).
(function () {
  "use strict";
  var HEAD = 1 << 20;

  function word(view, at, length) {
    var said = "";
    for (var n = 0; n < length; n++) said += String.fromCharCode(view.getUint8(at + n));
    return said;
  }
  function tiff(view, at) { return word(view, at, 6) === "Exif\0\0" ? at + 6 : at; }

  function inJpeg(view) {
    for (var at = 2; at + 4 < view.byteLength && view.getUint8(at) === 0xff;) {
      var mark = view.getUint8(at + 1), length = view.getUint16(at + 2);
      if (mark === 0xe1 && word(view, at + 4, 6) === "Exif\0\0") return at + 10;
      if (mark === 0xda) return 0;
      at += 2 + length;
    }
    return 0;
  }
  function inPng(view) {
    for (var at = 8; at + 12 < view.byteLength;) {
      var length = view.getUint32(at);
      if (word(view, at + 4, 4) === "eXIf") return tiff(view, at + 8);
      at += 12 + length;
    }
    return 0;
  }
  function inWebp(view) {
    for (var at = 12; at + 8 < view.byteLength;) {
      var length = view.getUint32(at + 4, true);
      if (word(view, at, 4) === "EXIF") return tiff(view, at + 8);
      at += 8 + length + length % 2;
    }
    return 0;
  }
  function inHeic(view) {
    for (var at = 0; at + 12 < Math.min(view.byteLength, HEAD); at++) {
      if (view.getUint32(at) === 0x45786966 && view.getUint16(at + 4) === 0 && /^(II\*\0|MM\0\*)$/.test(word(view, at + 6, 4))) return at + 6;
    }
    return 0;
  }
  function start(view) {
    if (view.getUint16(0) === 0xffd8) return inJpeg(view);
    if (view.getUint32(0) === 0x89504e47) return inPng(view);
    if (word(view, 0, 4) === "RIFF") return inWebp(view);
    return word(view, 4, 4) === "ftyp" ? inHeic(view) : 0;
  }

  function directory(view, base, at, little) {
    var found = {}, many = Math.min(view.getUint16(base + at, little), 200);
    for (var n = 0; n < many; n++) {
      var entry = base + at + 2 + n * 12;
      found[view.getUint16(entry, little)] = { count: view.getUint32(entry + 4, little), value: entry + 8, at: view.getUint32(entry + 8, little) };
    }
    return found;
  }
  function degrees(view, base, one, little) {
    var parts = [0, 1, 2].map(function (n) {
      var at = base + one.at + n * 8, below = view.getUint32(at + 4, little);
      return below ? view.getUint32(at, little) / below : n ? 0 : NaN;
    });
    return parts[0] + parts[1] / 60 + parts[2] / 3600;
  }
  function place(view, base, gps, little) {
    if (!gps[1] || !gps[2] || !gps[3] || !gps[4]) return null;
    var lat = degrees(view, base, gps[2], little), lon = degrees(view, base, gps[4], little);
    if (word(view, gps[1].value, 1) === "S") lat = -lat;
    if (word(view, gps[3].value, 1) === "W") lon = -lon;
    var real = isFinite(lat) && isFinite(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat || lon);
    return real ? { lon: lon, lat: lat } : null;
  }
  function moment(view, base, one) {
    if (!one || one.count < 16) return "";
    var said = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d)/.exec(word(view, base + one.at, 16));
    return said && said[1] > "1990" ? said[1] + "-" + said[2] + "-" + said[3] + "T" + said[4] + ":" + said[5] : "";
  }
  function read(view) {
    var base = start(view);
    if (!base) return {};
    var little = word(view, base, 2) === "II", first = directory(view, base, view.getUint32(base + 4, little), little);
    var exif = first[0x8769] ? directory(view, base, first[0x8769].at, little) : {};
    var gps = first[0x8825] ? directory(view, base, first[0x8825].at, little) : {};
    var found = { taken: moment(view, base, exif[0x9003] || exif[0x9004]), place: null };
    try { found.place = place(view, base, gps, little); } catch (e) { /* a place that is cut off is none */ }
    return found;
  }

  // The place {lon, lat} (WGS 84) and the moment ("2026-11-20T10:24", the camera's own clock) of a file, as far as it says.
  window.gezhiExif = function (file) {
    var whole = /png|webp/.test(file.type) ? file : file.slice(0, HEAD);  // PNG and WebP may have it behind the pixels
    return new Promise(function (done) {
      var reader = new FileReader();
      reader.onload = function () { try { done(read(new DataView(reader.result))); } catch (e) { done({}); } };
      reader.onerror = function () { done({}); };
      reader.readAsArrayBuffer(whole);
    });
  };
})();
