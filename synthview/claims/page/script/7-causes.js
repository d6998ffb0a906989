// Scene 7: one cause never happens, and the homes that it carried go dark.
function takeAway(name) {
  const off = told.world.causes_off.find((one) => one.off === name);
  const remaining = new Set(off ? off.remaining : homes.keys());
  [...byId("street-off").children].forEach((plot, index) => plot.classList.toggle("out", !remaining.has(index)));
  byId("remaining").textContent = String(remaining.size);
  byId("street-off").ariaLabel = `${remaining.size} of ${homes.length} calendars are lit${off ? ` without ${off.label}` : ""}.`;
}

function startCauses() {
  const pictures = [...byId("street").querySelectorAll(".plot svg")].map((picture) => picture.cloneNode(true));
  byId("street-off").append(...pictures.map((picture) => element("div", { className: "plot" }, picture)));
  byId("causes-off").querySelectorAll("input").forEach((one) => one.addEventListener("change", () => takeAway(one.value)));
  takeAway("");
}
