// Shows the line and the value under the pointer, and lights what belongs to it: elements with the same data-line.
"use strict";
(() => {
  const light = (key) => {
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
    if (key === null) return;
    for (const part of document.querySelectorAll(`[data-line="${key}"]`)) part.classList.add("lit");
  };

  // A scale maps values to 0..1: [low, high, logarithmic].
  const place = ([low, high, log], value) => ((log ? Math.log10(value) : value) - low) / (high - low);
  const figure = (value, share) => (share ? `${(value * 100).toFixed(2)} %` : String(Number(value.toPrecision(4))));

  const watch = (chart) => {
    const svg = chart.querySelector("svg");
    const tip = chart.querySelector(".tip");
    const data = JSON.parse(chart.querySelector("script").textContent);
    const [left, right, top, bottom] = data.box;
    const points = data.lines.flatMap((line) =>
      line.x.map((x, i) => ({
        line,
        x,
        y: line.y[i],
        px: left + place(data.xAxis, x) * (right - left),
        py: bottom - place(data.yAxis, line.y[i]) * (bottom - top),
      })),
    );
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    dot.setAttribute("class", "dot");
    dot.setAttribute("r", "4");

    const leave = () => {
      tip.hidden = true;
      dot.remove();
      light(null);
    };
    const point = (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      let nearest = null;
      let least = Infinity;
      for (const candidate of points) {
        const distance = (candidate.px - at.x) ** 2 + (candidate.py - at.y) ** 2;
        if (distance < least) [nearest, least] = [candidate, distance];
      }
      if (nearest === null || least > 60 ** 2) return leave();
      light(nearest.line.key);
      dot.setAttribute("cx", nearest.px);
      dot.setAttribute("cy", nearest.py);
      svg.append(dot);
      const value = document.createElement("b");
      value.textContent = figure(nearest.y, data.share);
      tip.replaceChildren(nearest.line.name, document.createElement("br"), `${data.across} ${nearest.x}: `, value);
      tip.hidden = false;
      // Beside the point, on the side that has room.
      const shown = svg.getBoundingClientRect();
      const frame = chart.getBoundingClientRect();
      const scale = shown.width / svg.viewBox.baseVal.width;
      const x = shown.left - frame.left + nearest.px * scale;
      const y = shown.top - frame.top + nearest.py * scale;
      const room = x + 14 + tip.offsetWidth <= frame.width;
      tip.style.left = `${room ? x + 12 : Math.max(0, x - 12 - tip.offsetWidth)}px`;
      tip.style.top = `${Math.max(0, y - tip.offsetHeight - 8)}px`;
    };
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointerleave", leave);
  };

  for (const chart of document.querySelectorAll(".chart")) watch(chart);
  for (const part of document.querySelectorAll("tr[data-line], .key[data-line]")) {
    part.addEventListener("pointerenter", () => light(part.dataset.line));
    part.addEventListener("pointerleave", () => light(null));
  }
})();
