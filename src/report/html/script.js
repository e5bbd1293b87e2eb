"use strict";
(function () {
  // Everything here adds to a page that is complete without it.
  var box = null;
  function hide() { if (box) { box.remove(); box = null; } }
  function show(event, title, lines) {
    hide();
    box = document.createElement("div");
    box.id = "hover";
    var head = document.createElement("b");
    head.textContent = title;
    box.appendChild(head);
    lines.forEach(function (line) {
      var row = document.createElement("span"), name = document.createElement("i"), value = document.createElement("em");
      name.textContent = line[0];
      value.textContent = line[1];
      row.appendChild(name);
      row.appendChild(value);
      box.appendChild(row);
    });
    document.body.appendChild(box);
    var wide = document.documentElement.clientWidth, x = event.pageX + 14;
    if (x + box.offsetWidth > wide - 8) { x = Math.max(8, event.pageX - box.offsetWidth - 14); }
    box.style.setProperty("left", x + "px");
    box.style.setProperty("top", (event.pageY + 14) + "px");
  }

  // Charts over time: the row of their table that is nearest to the pointer.
  document.querySelectorAll("svg[data-plot]").forEach(function (svg) {
    var table = svg.closest("figure").querySelector("table");
    if (!table) { return; }
    var plot = svg.getAttribute("data-plot").split(" ").map(Number);
    var names = Array.from(table.tHead.rows[0].cells).map(function (c) { return c.textContent; });
    function look(event) {
      var area = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / area.width;
      var x = (event.clientX - area.left) * scale;
      if (x < plot[0] - 4 || x > plot[1] + 4) { hide(); return; }
      var day = plot[2] + (x - plot[0]) / (plot[1] - plot[0]) * (plot[3] - plot[2]);
      var best = null, far = Infinity;
      Array.from(table.tBodies[0].rows).forEach(function (row) {
        var d = Math.abs(parseFloat(row.cells[0].textContent) - day);
        if (d < far) { far = d; best = row; }
      });
      if (!best) { return; }
      var lines = [];
      for (var i = 1; i < names.length; i++) { lines.push([names[i], best.cells[i].textContent]); }
      show(event, "Day " + best.cells[0].textContent, lines);
    }
    svg.addEventListener("pointermove", look);
    svg.addEventListener("pointerdown", look);
    svg.addEventListener("pointerleave", hide);
  });

  // Tables: sorted by a column.
  function number(text) {
    var found = text.replace(/[,\s]/g, "").match(/[-−]?\d+(\.\d+)?(e-?\d+)?/);
    return found ? parseFloat(found[0].replace("−", "-")) : NaN;
  }
  document.querySelectorAll("table").forEach(function (table) {
    var body = table.tBodies[0];
    if (!body || body.rows.length < 3) { return; }
    Array.from(table.tHead.rows[0].cells).forEach(function (cell, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = cell.textContent;
      cell.textContent = "";
      cell.appendChild(button);
      button.addEventListener("click", function () {
        var down = cell.getAttribute("aria-sort") === "descending";
        Array.from(table.tHead.rows[0].cells).forEach(function (c) { c.removeAttribute("aria-sort"); });
        cell.setAttribute("aria-sort", down ? "ascending" : "descending");
        var rows = Array.from(body.rows), sign = down ? 1 : -1;
        rows.sort(function (a, b) {
          var s = a.cells[column].textContent, t = b.cells[column].textContent, x = number(s), y = number(t);
          if (column > 0 && !isNaN(x) && !isNaN(y)) { return sign * (x - y); }
          if (column > 0 && isNaN(x) !== isNaN(y)) { return isNaN(x) ? 1 : -1; }
          return sign * s.localeCompare(t);
        });
        rows.forEach(function (row) { body.appendChild(row); });
      });
    });
  });

  // Charts with several lines: each can be switched off.
  document.querySelectorAll("figure").forEach(function (figure) {
    var first = figure.querySelector("svg");
    if (!first) { return; }
    var seen = [];
    first.querySelectorAll("g.series").forEach(function (group) {
      var name = group.getAttribute("class").split(" ")[1], title = group.querySelector("title");
      if (title && !seen.some(function (s) { return s[0] === name; })) { seen.push([name, title.textContent]); }
    });
    if (seen.length < 2) { return; }
    var keys = document.createElement("div");
    keys.className = "keys";
    seen.forEach(function (series) {
      var label = document.createElement("label"), tick = document.createElement("input");
      tick.type = "checkbox";
      tick.checked = true;
      tick.addEventListener("change", function () {
        figure.querySelectorAll("g.series." + series[0]).forEach(function (g) { g.classList.toggle("off", !tick.checked); });
      });
      label.appendChild(tick);
      label.appendChild(document.createTextNode(series[1]));
      keys.appendChild(label);
    });
    figure.insertBefore(keys, figure.querySelector("details") || null);
  });

  // On paper the tables of the answer and of the claims are unfolded, with or without this script; stories are printed as the reader left them.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.from(document.querySelectorAll("#answer details.numbers:not([open]), #expectations details.numbers:not([open])"));
    opened.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () { opened.forEach(function (d) { d.open = false; }); });
})();
