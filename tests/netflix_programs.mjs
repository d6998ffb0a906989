// The steps of programs in JavaScript and TypeScript that read Netflix exports, without their libraries:
// how each finds its columns, reads times, lengths and days, and tells series from films.
// node netflix_programs.mjs ViewingActivity.csv NetflixViewingHistory.csv
import { readFileSync } from "node:fs";

function table(text) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (quoted && sign === '"' && text[i + 1] === '"') cell += text[i++];
    else if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === ",") { row.push(cell); cell = ""; }
    else if (!quoted && sign === "\n") { rows.push([...row, cell]); row = []; cell = ""; }
    else cell += sign;
  }
  return rows;
}

function records(file) {
  const [head, ...rows] = table(readFileSync(file, "utf8"));
  return rows.map((row) => Object.fromEntries(head.map((name, place) => [name, row[place]])));
}

const seconds = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
const SEASON = /^(?:(?:season|series|part|volume|book|chapter)\s+(\d+)|limited series)$/i;

// An importer: films, and episodes with their season; supplements are no viewings.
function split(title) {
  const parts = title.split(": ");
  const place = parts.findIndex((part, number) => number > 0 && SEASON.test(part));
  return place > 0 && place < parts.length - 1 ? parts.slice(0, place).join(": ") : null;
}

// A viewer: whether days come first is seen from the days themselves.
function days(texts) {
  const parts = texts.map((text) => text.split("/").map(Number));
  const dayFirst = parts.some(([first]) => first > 12);
  return parts.map(([a, b, year]) =>
    new Date(2000 + (year % 100), (dayFirst ? b : a) - 1, dayFirst ? a : b).getTime());
}

const [activity, history] = process.argv.slice(2).map(records);
const shown = activity.filter((row) => !row["Supplemental Video Type"].trim());
const dated = days(history.map((row) => row.Date));
console.log(JSON.stringify({
  rows: activity.length,
  real: shown.length,
  seconds: activity.reduce((sum, row) => sum + seconds(row.Duration), 0),
  unread: activity.filter((row) => Number.isNaN(new Date(row["Start Time"].replace(" ", "T")).getTime())
    || Number.isNaN(seconds(row.Bookmark))).length,
  hooks: activity.filter((row) => row.Title.endsWith("_hook_primary_16x9")).length,
  shows: [...new Set(shown.map((row) => split(row.Title)).filter(Boolean))].sort(),
  days: dated.length,
  inOrder: dated.every((day, place) => place === 0 || day <= dated[place - 1]),
}));
