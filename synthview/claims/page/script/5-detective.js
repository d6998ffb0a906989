// Scene 5: some logs, a guess at each, and what they were.
const isOne = (home) => home.verdict === "same_person";

function choice(name, value, words) {
  const input = element("input", { type: "radio", name, value });
  return element("label", {}, input, element("span", { textContent: words }));
}

function suspect(index, number) {
  const home = suspected[index];
  const doors = home.doors.filter((door) => door.in_window);
  const log = element("div", { className: "hours night log-only", role: "img" });
  log.ariaLabel = `Log: ${doors.map((door) => `${shortDay(door.date)} ${door.log.map((play) => clock(play.start)).join(" and ") || "nothing"}`).join("; ")}`;
  log.append(scale(), ...doors.map((door) => element("div", { className: "row" }, element("span", { textContent: shortDay(door.date) }), lane(door, false))));
  const which = element("span", { className: "unseen", textContent: `Log ${number + 1}: ` });
  const question = element("fieldset", {}, element("legend", {}, which, "One person, every day?"));
  question.append(choice(`${own}suspect-${number}`, "yes", "Yes"), choice(`${own}suspect-${number}`, "no", "No"));
  const names = [...new Set(doors.flatMap((door) => door.log.map((play) => `${play.profile || "no name"}, ${play.device}`)))];
  const profile = element("p", { className: "small" }, "Profile and device: ", bidi(names.slice(0, 3).join("; ")));
  return element("li", {}, element("h3", { textContent: `Log ${number + 1}` }), profile, log, question);
}

function conclude(card, index, number) {
  const home = suspected[index];
  const said = claim.querySelector(`input[name="${own}suspect-${number}"]:checked`);
  const right = said && !isBorderline(home) ? (said.value === "yes") === isOne(home) : null;
  const mark = isBorderline(home) ? "≈ A borderline case. " : right === null ? "You did not say. " : right ? "✓ Right. " : "✗ No. ";
  card.querySelector(".verdict")?.remove();
  const words = element("p", { className: "verdict" }, element("b", { textContent: mark + (isBorderline(home) ? "" : capital(verdict(home)) + ".") }));
  words.append(bidi(isBorderline(home) ? borderline(home) : home.story || capital(home.label)));
  card.append(words);
  return right;
}

// Strictly it is no; a single evening makes the difference, so neither answer is called wrong.
function borderline(home) {
  const [door] = lacking(home);
  return `One person on all days but one. ${day(door.date)}: ${door.sentence || NOTHING} Neither answer counts.`;
}

function startDetective() {
  const indices = told.detective.homes.filter((index) => suspected[index]);
  const clear = indices.filter((index) => !isBorderline(suspected[index])).length;
  const cards = indices.map(suspect);
  byId("suspects").append(...cards);
  byId("reveal").addEventListener("click", () => {
    const right = indices.map((index, number) => conclude(cards[number], index, number)).filter((one) => one).length;
    const isAnswered = claim.querySelector(".suspects input:checked");
    byId("judgement").replaceChildren(element("p", { className: "huge", textContent: isAnswered ? `You: ${right} of ${clear}.` : "You did not say." }));
    claim.classList.add("revealed");
  });
}
