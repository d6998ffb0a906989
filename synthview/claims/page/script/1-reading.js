// Reads the figures that stand in the page, and builds elements; text from the JSON only ever becomes text.
const own = claim.dataset.own;
// What has a name has it once in a claim; in the page it begins with what is the claim's own.
const byId = (id) => document.getElementById(own + id);

const told = await unpack(byId("told").textContent);
const homes = told.world ? told.world.homes : [];
const suspected = [...homes, ...(told.detective?.borrowed ?? [])];
const SVG = "http://www.w3.org/2000/svg";

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function drawing(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// As the rest of the page writes them: 1,234,567; 12.4; −0.5.
function figure(value) {
  const size = Math.abs(value);
  const text = value.toLocaleString("en-US", { maximumFractionDigits: size >= 100 ? 0 : size >= 1 ? 1 : 2 });
  return text === "-0" ? "0" : text.replace("-", "−");
}

function shape(state) {
  const box = drawing("svg", { viewBox: "0 0 12 14", "aria-hidden": "true" });
  box.append(drawing("use", { href: `#${own}d-${state in told.words.states ? state : "none"}` }));
  return box;
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

function day(iso) {
  return `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1]}`;
}

const verdict = (home) => told.words.verdicts[home.verdict] || home.verdict.replaceAll("_", " ");
// The days that count on which the most faithful person did not sit through it; a single one decides alone.
const lacking = (home) => home.doors.filter((door) => door.in_window && !door.same_person);
const isBorderline = (home) => home.verdict !== "same_person" && lacking(home).length === 1;
const bidi = (text) => element("bdi", { textContent: text });
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// One stop for the tabulator key among many buttons; arrows, Home and End move between them.
function rove(items, columns = 1) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const go = (index) => {
    items.forEach((item, number) => (item.tabIndex = number === index ? 0 : -1));
    items[index].focus();
  };
  items.forEach((item, index) => {
    item.tabIndex = index ? -1 : 0;
    item.addEventListener("focus", () => items.forEach((other) => (other.tabIndex = other === item ? 0 : -1)));
    item.addEventListener("keydown", (press) => {
      const ends = { Home: 0, End: items.length - 1 };
      const target = press.key in ends ? ends[press.key] : index + (steps[press.key] ?? NaN);
      if (!(target >= 0 && target < items.length)) return;
      press.preventDefault();
      go(target);
    });
  });
}
