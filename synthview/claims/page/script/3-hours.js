// Days as rows of 24 hours: above what the log says ran, below what happened.
const MINUTES = 1440;

const minuteOf = (time) => (time ? Number(time.slice(11, 13)) * 60 + Number(time.slice(14, 16)) : 0);
const clock = (time) => (time ? time.slice(11, 16) : "at no known time");

// A bar that begins at a time of the wall; what runs past midnight ends with the row.
function bar(kind, start, minutes) {
  const left = minuteOf(start);
  const made = element("span", { className: `bar ${kind}` });
  made.style.left = `${(100 * left) / MINUTES}%`;
  made.style.width = `${(100 * Math.max(Math.min(minutes, MINUTES - left), 3)) / MINUTES}%`;
  return made;
}

// People were there whom no account knows: nobody can say who of them watched, or how long.
const isBeforeGuests = (play) => play.state === "stranger" && !play.who.length;

function happened(play) {
  const made = bar(`happened s-${play.state}${isBeforeGuests(play) ? " guests" : ""}`, play.start, play.minutes);
  const there = element("span", { className: "attended" });
  there.style.width = `${play.minutes > 0 ? Math.min(100, (100 * play.attended_minutes) / play.minutes) : 0}%`;
  made.append(there);
  return made;
}

function lane(door, withTruth) {
  const made = element("span", { className: "lane" });
  made.append(...door.log.map((play) => bar("logged", play.start, play.minutes)));
  if (withTruth) made.append(...door.truth.map((play) => happened(play)));
  return made;
}

function scale() {
  const hours = element("span");
  for (const hour of [0, 6, 12, 18, 24]) {
    const mark = element("i", { textContent: String(hour) });
    mark.style.left = `${(100 * hour) / 24}%`;
    hours.append(mark);
  }
  return element("div", { className: "scale", ariaHidden: "true" }, element("span"), hours);
}

const shortDay = (iso) => `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1].slice(0, 3)}`;
