// Scenes 2 and 3: the guess is repeated beside the answer once the lights are on.
function guessed() {
  const door = claim.querySelector(".guess input:checked");
  const typed = byId("guess-typed");
  return door ? door.value : typed && typed.value ? figure(Number(typed.value)) : "";
}

function repeatGuess() {
  const said = guessed();
  claim.classList.toggle("guessed-something", said !== "");
  claim.querySelectorAll(".guessed").forEach((place) => (place.textContent = said));
}

function startGuess() {
  claim.querySelectorAll(".guess input, .guess-typed input").forEach((one) => one.addEventListener("input", repeatGuess));
  repeatGuess();
}

// A status is read aloud when its words change, so they are put in anew.
function startLights() {
  const lights = byId("lights");
  lights.addEventListener("change", () => {
    const answer = byId("answer");
    answer.replaceChildren(...[...answer.childNodes].map((node) => node.cloneNode(true)));
    repeatGuess();
  });
}

function startStreet() {
  const plots = [...byId("street").querySelectorAll(".plot")];
  const columns = () => getComputedStyle(byId("street")).gridTemplateColumns.split(" ").length;
  const buttons = plots.map((plot, index) => {
    const picture = plot.querySelector("svg");
    const label = `Open home ${index + 1}`;
    const button = element("button", { type: "button", ariaLabel: label });
    plot.querySelector(".unseen")?.remove();
    picture.removeAttribute("role");
    picture.removeAttribute("aria-label");
    picture.setAttribute("aria-hidden", "true");
    button.append(picture);
    plot.append(button);
    button.addEventListener("click", () => openLit(index));
    return button;
  });
  if (buttons.length) rove(buttons, columns());
  byId("lights").addEventListener("change", () => labelStreet(buttons));
  claim.querySelectorAll("[data-home]").forEach((link) => link.addEventListener("click", (press) => {
    press.preventDefault();
    openHome(Number(link.dataset.home), true);
    openDoor(Number(link.dataset.door));
  }));
}

// A house can be opened once its doors are lit; before that a click asks for the lights.
function openLit(index) {
  const lights = byId("lights");
  if (lights.checked) return openHome(index, true);
  lights.scrollIntoView({ block: "center" });
  lights.focus({ preventScroll: true });
}

// What is behind the doors is not told before the lights are on.
function labelStreet(buttons) {
  const on = byId("lights").checked;
  buttons.forEach((button, index) => {
    const home = homes[index];
    button.ariaLabel = `Open home ${index + 1}${on ? `: ${verdict(home)}; ${home.label}` : ""}`;
  });
}
