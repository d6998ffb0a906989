// Starts the scenes that this page has, the list of scenes, and the button that saves the figures.
function startSteps() {
  const links = new Map([...document.querySelectorAll(".steps a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    const inside = entries.filter((entry) => entry.isIntersecting);
    if (!inside.length) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(inside[0].target.id)?.setAttribute("aria-current", "step");
  }, { rootMargin: "-35% 0px -60% 0px" });
  document.querySelectorAll(".scene").forEach((scene) => seen.observe(scene));
}

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
for (const [id, start] of Object.entries(STARTS)) if (byId(id) || document.querySelector(`.${id}`)) start();
startSteps();
