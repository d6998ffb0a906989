// Scene 4: one home, its log above what happened.
const NOTHING = "Nothing ran.";
const MOST = 3;
let opened = 0;

function openHome(index, andGo = false) {
  opened = (index + homes.length) % homes.length;
  const home = homes[opened];
  byId("home-chosen").value = String(opened);
  byId("home-story").replaceChildren(bidi(home.story || capital(home.label)));
  byId("home-people").replaceChildren(...about(home));
  byId("home-ticks").replaceChildren(...ticks(home));
  fillDoors(home);
  fillHours(home);
  openDoor(typicalDoor(home));
  tellReplay(home);
  if (!andGo) return;
  byId("scene-home").scrollIntoView();
  byId("home-chosen").focus({ preventScroll: true });
}

// The number of the home, and the command that simulates it again from this very file.
function tellReplay(home) {
  const place = byId("home-replay");
  place.hidden = home.household === undefined;
  if (place.hidden) return;
  const file = decodeURIComponent(location.pathname.split("/").pop()) || "page.html";
  const named = /^[\w.-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  const command = `synthview explain ${named} --household ${home.household}`;
  const world = told.replay?.worlds[home.world];
  place.replaceChildren(`Household ${figure(home.household)}${world ? ` of seed ${world.seed}` : ""}. To simulate it again: `, element("code", { textContent: command }));
}

// A day of those that are as most are, a morning if there is one, so that a child's home opens at a breakfast.
function typicalDoor(home) {
  const counted = home.doors.filter((door) => door.in_window && door.counted);
  const often = (door) => counted.filter((other) => other.state === door.state).length;
  const typical = counted.reduce((best, door) => (!best || often(door) > often(best) ? door : best), undefined);
  const morning = (door) => door.state === typical.state && door.sentence >= "05" && door.sentence < "11";
  return Math.max(0, home.doors.indexOf(counted.find(morning) || typical));
}

function about(home) {
  const names = home.profiles.filter((name) => name).flatMap((name, number) => [number ? ", " : "", bidi(name)]);
  const people = home.people.length ? `: ${home.people.join(", ")}` : "";
  const missed = home.missed ? ` Missed: ${home.missed}.` : isBorderline(home) ? " One evening decides it." : "";
  return [`Home ${opened + 1}: ${capital(verdict(home))}. ${capital(home.home)}${people}. Profiles: `, ...names, `.${missed}`];
}

function ticks(home) {
  const marks = home.doors.filter((door) => door.in_window).map((door) => (door.counted ? "✓" : "·"));
  const count = marks.filter((mark) => mark === "✓").length;
  const row = marks.map((mark) => element("span", { textContent: mark, ariaHidden: "true" }));
  return [element("span", { className: "unseen", textContent: `${count} of ${marks.length} days have a play` }), ...row];
}

function fillDoors(home) {
  const buttons = home.doors.map((door, index) => {
    const date = element("span", { className: "date", textContent: String(Number(door.date.slice(8, 10))), ariaHidden: "true" });
    const isDeciding = isBorderline(home) && lacking(home)[0] === door;
    const label = `${day(door.date)}: ${told.words.states[door.state] || door.state}${isDeciding ? "; the one evening that is lacking" : ""}`;
    const made = element("button", { type: "button", ariaLabel: label, ariaPressed: "false" }, shape(door.state), date);
    made.classList.toggle("outside", !door.in_window);
    made.classList.toggle("deciding", isDeciding);
    made.addEventListener("click", () => openDoor(index));
    return made;
  });
  byId("home-doors").replaceChildren(...buttons);
  rove(buttons, 6);
}

function fillHours(home) {
  const rows = home.doors.map((door, index) => {
    const row = element("button", { type: "button", className: "row", ariaLabel: `${day(door.date)}: ${door.sentence || NOTHING}` });
    row.append(element("span", { textContent: shortDay(door.date) }), shape(door.state), lane(door, true));
    row.classList.toggle("outside", !door.in_window);
    row.addEventListener("click", () => openDoor(index));
    return row;
  });
  byId("home-hours").replaceChildren(scale(), ...rows);
  rove(rows);
}

function openDoor(index) {
  const door = homes[opened].doors[index];
  const doors = [...byId("home-doors").children], rows = [...byId("home-hours").querySelectorAll(".row")];
  doors.forEach((one, number) => (one.ariaPressed = String(number === index)));
  rows.forEach((one, number) => one.setAttribute("aria-current", String(number === index)));
  for (const places of [doors, rows]) places.forEach((one, number) => (one.tabIndex = number === index ? 0 : -1));
  byId("home-day").replaceChildren(
    element("h3", { textContent: day(door.date) + (door.in_window ? "" : ", before the days that count") }),
    element("p", { className: "lead", dir: "auto", textContent: door.sentence || NOTHING }),
    listed("The log", door.log.map((play) => logged(play, door)), "The log has nothing."),
    listed("What happened", door.truth.map((play) => truth(play, door)), "Nothing happened."),
  );
}

// The first of many plays, and the others behind a word.
function listed(title, lines, none) {
  const rows = (lines.length ? lines : [[none]]).map((line) => element("li", {}, ...line));
  const made = element("div", {}, element("h4", { textContent: title }), element("ul", {}, ...rows.slice(0, rows.length > MOST + 1 ? MOST : rows.length)));
  if (rows.length > MOST + 1) made.append(element("details", { className: "numbers" }, element("summary", { textContent: `and ${rows.length - MOST} more` }), element("ul", {}, ...rows.slice(MOST))));
  return made;
}

// A day of the query may begin on the evening before, by the clock of the home.
function span(play, door) {
  const other = play.start && play.start.slice(0, 10) !== door.date ? `${day(play.start)}, ` : "";
  return `${other}${clock(play.start)} to ${clock(play.end)}: `;
}

const long = (minutes) => (minutes > 0 ? `${figure(minutes)} minutes` : "less than a minute");

function logged(play, door) {
  const from = play.from ? `, from ${play.from.replaceAll("_", " ")}` : "";
  return [`${span(play, door)}${long(play.minutes)} on the ${play.device}${from}; profile `, bidi(play.profile || "without a name")];
}

function truth(play, door) {
  const time = span(play, door);
  const pressed = play.pressed ? "a person pressed play" : "no person pressed play";
  const deeds = play.deeds.length ? ` ${capital(play.deeds.join("; "))}.` : "";
  if (isBeforeGuests(play)) return [`${time}${pressed}; it ran for ${long(play.minutes)} before guests. Who of them watched, nobody knows.${deeds}`];
  const who = play.who.length ? play.who.join(" and ") : "nobody";
  return [`${time}${pressed}; ${who}, present for ${figure(play.present_minutes)} and attending for ${figure(play.attended_minutes)} of ${figure(play.minutes)} minutes.${deeds}`];
}

// The first home to be seen is a child's, if there is one: the tweet's eighteen days, and somebody's breakfasts.
function startHome() {
  const chosen = byId("home-chosen");
  byId("by-hours").open = matchMedia("(min-width: 60rem)").matches;
  homes.forEach((home, index) => chosen.append(new Option(`Home ${index + 1}: ${home.label}`, String(index))));
  chosen.addEventListener("change", () => openHome(Number(chosen.value)));
  byId("home-before").addEventListener("click", () => openHome(opened - 1));
  byId("home-next").addEventListener("click", () => openHome(opened + 1));
  openHome(told.words.first);
}
