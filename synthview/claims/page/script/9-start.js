// Starts the scenes that this claim has, and the button that saves its figures.
function startSaving() {
  byId("save-json").addEventListener("click", () => {
    const { words, ...figures } = told;
    const address = URL.createObjectURL(new Blob([JSON.stringify(figures, null, 1)], { type: "application/json" }));
    const link = element("a", { href: address, download: "claim.json" });
    link.click();
    URL.revokeObjectURL(address);
  });
}

const STARTS = {
  guess: startGuess, lights: startLights, street: startStreet, "home-chosen": startHome, suspects: startDetective, query: startQuery,
  "street-off": startCauses, worlds: startWorlds, beliefs: startBeliefs, "save-json": startSaving,
};

document.documentElement.classList.remove("no-script");
for (const [id, start] of Object.entries(STARTS)) if (byId(id) || claim.querySelector(`.${id}`)) start();
