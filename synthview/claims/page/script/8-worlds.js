// Scene 8: worlds that all print the same number; the doors change, the headline never.
function plotOf(pattern) {
  const picture = pattern.cloneNode(true);
  picture.querySelectorAll(".door, .star").forEach((one) => one.remove());
  return element("div", { className: "plot" }, picture);
}

function lightDoors(plot, doors, places) {
  const picture = plot.querySelector("svg");
  picture.querySelectorAll(".door").forEach((one) => one.remove());
  [...doors].forEach((letter, index) => {
    const state = told.words.letters[letter];
    if (!state || state === "none" || !places[index]) return;
    const box = { x: places[index].x, y: places[index].y, width: 12, height: 14 };
    picture.append(drawing("use", { href: `#${own}d-${state}`, class: `door${places[index].outside ? " outside" : ""}`, ...box }));
  });
}

// Where the doors of a house are, and which of them are outside the days that count.
function doorPlaces() {
  return told.words.places.map(([x, y], index) => ({ x, y, outside: homes.length > 0 && !homes[0].doors[index].in_window }));
}

// What the doors of a world show, each shape once, in the order of the legend.
function keyOf(world) {
  const seen = new Set(world.homes.flatMap((home) => [...home.doors]).map((letter) => told.words.letters[letter]));
  const shown = Object.keys(told.words.states).filter((state) => state !== "none" && seen.has(state));
  return shown.map((state) => element("li", {}, shape(state), element("span", { textContent: told.words.states[state] })));
}

const FACTS = [
  ["children", "homes of a child"], ["fans", "homes of a fan"], ["screens", "bars and shops"], ["same_person", "one person, every day"],
  ["attended", "somebody sat through it, every day"], ["nobody", "empty on a day or more"],
  ["share_of_worlds", "of draws are nearest to this"],
];

function tellWorld(world) {
  const facts = FACTS.filter(([name]) => name in world).map(([name, words]) => {
    const said = name === "share_of_worlds" ? `${figure(100 * world[name])}\u00a0%` : figure(world[name]);
    return element("div", {}, element("dt", { textContent: words }), element("dd", { textContent: said }));
  });
  byId("world-told").replaceChildren(...facts);
  byId("world-label").textContent = `World ${told.worlds.indexOf(world) + 1} of ${told.worlds.length}: ${world.label}.`;
  byId("street-worlds").ariaLabel = `${world.homes.length} calendars: ${world.label}`;
  byId("world-chosen").setAttribute("aria-valuetext", world.label);
}

// Very small numbers keep two digits that mean something.
const rarely = (value) => (value && Math.abs(value) < 0.1 ? Number(value.toPrecision(2)).toLocaleString("en-US", { maximumFractionDigits: 12 }) : figure(value));

// Of all guesses at how common something is, the one whose upper end moves the answer most, from rare to common.
function deciding(rates) {
  const of = (path) => rates.filter((one) => one.path === path);
  const spread = (path) => {
    const ends = of(path).map((one) => one.daily_viewers.high);
    return Math.max(...ends) - Math.min(...ends);
  };
  const paths = [...new Set(rates.map((one) => one.path))];
  const most = paths.reduce((best, path) => (spread(path) > spread(best) ? path : best));
  return of(most).sort((one, other) => one.prior_high - other.prior_high);
}

// The answer, if the range of the guess that moves it reached less far, or farther.
function startBeliefs() {
  const rates = deciding(told.inference.sensitivity.rates);
  const slider = byId("belief-chosen");
  slider.max = String(rates.length - 1);
  const tell = () => {
    const { label, prior_high, daily_viewers } = rates[Number(slider.value)];
    const said = `${figure(daily_viewers.low)} to ${figure(daily_viewers.high)} of the ${figure(told.inference.given)} are one person`;
    byId("belief-told").textContent = `“${label}”, up to ${rarely(prior_high)}: ${said}, in the middle ${figure(daily_viewers.median)}.`;
    slider.setAttribute("aria-valuetext", `up to ${rarely(prior_high)}`);
  };
  slider.ariaLabel = "How common such homes may be";
  slider.value = String(Math.max(0, rates.findIndex((one) => one.times_high === 1)));
  slider.addEventListener("input", tell);
  tell();
}

function startWorlds() {
  const street = byId("street-worlds");
  const pattern = byId("scene-tweet").querySelector(".calendar");
  const places = doorPlaces();
  const enter = (world) => {
    while (street.children.length < world.homes.length) street.append(plotOf(pattern));
    while (street.children.length > world.homes.length) street.lastChild.remove();
    world.homes.forEach((home, index) => lightDoors(street.children[index], home.doors, places));
    byId("world-key").replaceChildren(...keyOf(world));
    tellWorld(world);
  };
  const slider = byId("world-chosen");
  slider.addEventListener("input", () => enter(told.worlds[Number(slider.value)]));
  enter(told.worlds[Number(slider.value)]);
}
