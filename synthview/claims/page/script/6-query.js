// Scene 6: a question whose words can be others; its number, its query, and its place among all definitions.
let choice_of_words = [];

// Row by row over the axes, the first one slowest.
function placeOf(choices) {
  return choices.reduce((place, option, axis) => place * told.definitions.axes[axis].options.length + option, 0);
}

function choicesAt(place) {
  const axes = told.definitions.axes;
  return axes.map((_, axis) => {
    const below = axes.slice(axis + 1).reduce((product, one) => product * one.options.length, 1);
    return Math.floor(place / below) % axes[axis].options.length;
  });
}

const word = (axis) => element("span", { className: "word", "data-axis": axis });

// One word of the question, in plain words, with the others that somebody could defend.
function choiceOf(one, axis) {
  const choose = element("select", { ariaLabel: one.label, className: `axis-${axis}` });
  one.options.forEach((option, index) => choose.append(new Option(option.label, String(index))));
  choose.addEventListener("change", () => chooseWords(choice_of_words.map((was, other) => (other === axis ? Number(choose.value) : was))));
  return element("li", {}, element("span", { textContent: one.label }), choose);
}

// The text of the query with its words, or, where the run gave none, one line for each word.
function queryText() {
  const axes = told.definitions.axes;
  const text = told.definitions.query || axes.map((axis) => `-- ${axis.label}: {${axis.name}}`).join("\n");
  const seen = new Set();
  const parts = text.split(/\{(\w+)\}/).map((part, number) => {
    const axis = axes.findIndex((one) => one.name === part);
    if (number % 2 === 0 || axis < 0) return number % 2 ? `{${part}}` : part;
    if (seen.has(axis)) return element("span", { className: "again", "data-axis": axis });
    seen.add(axis);
    return word(axis);
  });
  const left = axes.map((_, axis) => axis).filter((axis) => !seen.has(axis));
  return [...parts, ...left.flatMap((axis) => [`\n-- ${axes[axis].label}: `, word(axis)])];
}

function chooseWords(choices) {
  const { axes, values, headline } = told.definitions;
  choice_of_words = choices;
  byId("query").querySelectorAll("[data-axis]").forEach((place) => {
    const axis = Number(place.dataset.axis);
    const option = axes[axis].options[choices[axis]];
    place.textContent = option.sql || `/* ${axes[axis].label}: ${option.label} */`;
    place.classList.toggle("changed", choices[axis] !== headline[axis]);
  });
  byId("query-words").querySelectorAll("select").forEach((select, axis) => {
    select.value = String(choices[axis]);
    select.classList.toggle("changed", choices[axis] !== headline[axis]);
  });
  byId("query-number").textContent = figure(values[placeOf(choices)]);
  pointAt(placeOf(choices));
}

// Dots stand bin by bin and from below, as the chart was drawn; a definition's dot follows from its rank in its bin.
function dotOf(place) {
  const { low, step, perDot } = byId("chart-definitions").dataset;
  const binOf = (value) => Math.floor((value - Number(low)) / Number(step));
  const bin = binOf(told.definitions.values[place]);
  const counts = new Map();
  let rank = 0;
  told.definitions.values.forEach((value, index) => {
    const one = binOf(value);
    counts.set(one, (counts.get(one) || 0) + 1);
    if (index < place && one === bin) rank += 1;
  });
  const dotsIn = (one) => Math.ceil((counts.get(one) || 0) / Number(perDot));
  const before = [...counts.keys()].filter((one) => one < bin).reduce((sum, one) => sum + dotsIn(one), 0);
  return before + Math.floor(rank / Number(perDot));
}

function pointAt(place) {
  const index = dotOf(place);
  byId("chart-definitions").querySelectorAll(".dots_marks, .dots").forEach((group) => {
    group.classList.add("dots");
    group.querySelector(".here")?.classList.remove("here");
    group.children[index]?.classList.add("here");
  });
}

function startQuery() {
  byId("query-words").append(...told.definitions.axes.map(choiceOf));
  byId("query").append(...queryText());
  const { values, headline } = told.definitions;
  const presets = {
    headline: () => headline,
    lowest: () => choicesAt(values.reduce((best, value, place) => (value < values[best] ? place : best), 0)),
    highest: () => choicesAt(values.reduce((best, value, place) => (value > values[best] ? place : best), 0)),
  };
  claim.querySelectorAll("[data-preset]").forEach((button) => button.addEventListener("click", () => chooseWords(presets[button.dataset.preset]())));
  chooseWords(headline);
}
