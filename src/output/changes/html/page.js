
"use strict";
const form = document.getElementById("filter");
const text = document.getElementById("text");
const count = document.getElementById("count");
const boxes = [...form.querySelectorAll("input[type=checkbox]")];
const objects = [...document.querySelectorAll(".object")];
const contents = objects.map((object) => object.textContent.toLowerCase());

function show() {
  const words = text.value.toLowerCase().split(/\s+/);
  const effects = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  let shown = 0;
  objects.forEach((object, at) => {
    const effect = object.dataset.effect;
    const fits = (effect === "values" || effects.has(effect)) && words.every((word) => contents[at].includes(word));
    object.hidden = !fits;
    shown += fits ? 1 : 0;
  });
  count.textContent = shown === objects.length ? "" : `${shown} of ${objects.length} shown`;
}

function setOpen(open) {
  objects.forEach((object) => { object.open = open; });
}

form.hidden = objects.length < 2;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", show);
document.getElementById("open").addEventListener("click", () => setOpen(true));
document.getElementById("close").addEventListener("click", () => setOpen(false));
show();
