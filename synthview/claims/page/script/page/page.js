// Of the whole page: what packs figures small, and the list of scenes; then each claim starts its own.
async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

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

startSteps();
document.querySelectorAll(".claim").forEach(startClaim);
