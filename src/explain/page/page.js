"use strict";
// Everything is in the page as it stands at the end, after the last step; this shows it as far as a step has come.
(() => {
  const find = (id) => document.getElementById(id);
  const slider = find("slider");
  const last = Number(slider.max);
  const sentences = [...document.querySelectorAll(".steps a")];
  const dated = [...document.querySelectorAll("[data-step]")];
  const atTheEnd = [...document.querySelectorAll("[data-closing]")];
  const tallies = [...document.querySelectorAll("[data-tally]")];
  const steps = document.querySelector(".steps");
  // There is one where questions are asked.
  const teller = find("tell");
  const told = new Set();
  let shown = last;

  const where = (step) => (step === last ? "The end" : `Step ${step} of ${slider.dataset.steps}`);

  // Whether a step is asked about, and not told yet.
  const asks = (step) => "asked" in sentences[step - 1].dataset && !told.has(step);

  const show = (step) => {
    shown = step;
    const isAsked = asks(step);
    const known = isAsked ? step - 1 : step;
    for (const part of dated) {
      const own = Number(part.dataset.step);
      part.toggleAttribute("data-waiting", own > known);
      part.classList.toggle("new", own === known && own === step && "new" in part.dataset);
      if ("visit" in part.dataset) {
        mark(part, own === step);
      }
    }
    for (const part of atTheEnd) {
      part.hidden = step !== last;
    }
    for (const struck of document.querySelectorAll("s")) {
      struck.classList.toggle("not-yet", step !== last);
    }
    for (const tally of tallies) {
      tally.textContent = dated.filter((part) => counts(part, tally.dataset.tally, known)).length;
    }
    const line = sentences[step - 1].dataset.line;
    for (const part of document.querySelectorAll(".rule li")) {
      mark(part, !isAsked && part.dataset.line === line);
    }
    sentences.forEach((sentence, at) => {
      mark(sentence.parentElement, at + 1 === step);
      sentence.parentElement.hidden = "asks" in steps.dataset && at + 1 > known;
    });
    find("sentence").textContent = isAsked ? sentences[step - 1].dataset.asked : sentences[step - 1].textContent;
    if (teller) {
      teller.hidden = !isAsked;
    }
    find("where").textContent = where(step);
    slider.value = step;
    slider.setAttribute("aria-valuetext", where(step));
    find("first").disabled = find("back").disabled = step === 1;
    find("next").disabled = find("last").disabled = step === last;
  };

  // Whether a part is one of those counted: what another entry covers is not, once that is told.
  const counts = (part, tally, step) =>
    part.dataset.of === tally && Number(part.dataset.step) <= step && !(step === last && "covered" in part.dataset);

  const mark = (part, isCurrent) => {
    if (isCurrent) {
      part.setAttribute("aria-current", "step");
    } else {
      part.removeAttribute("aria-current");
    }
  };

  const tell = () => {
    told.add(shown);
    show(shown);
  };

  const go = (step) => {
    // The step that is asked about is told before it goes on.
    if (step === shown + 1 && asks(shown)) {
      return tell();
    }
    const next = Math.min(Math.max(step, 1), last);
    if (next !== shown) {
      history.replaceState(null, "", `#step=${next}`);
      show(next);
      reveal();
    }
  };

  // Where the trie stands beside what is told, its row comes into sight; else that is above it.
  const reveal = () => {
    const row = document.querySelector(".trie [aria-current] > .row");
    const box = row && row.getBoundingClientRect();
    if (!box || !matchMedia("(min-width: 70rem)").matches) {
      return;
    }
    if (box.top < 80 || box.bottom > innerHeight) {
      row.scrollIntoView({ block: "center" });
    }
    const entry = document.querySelector(".result .new");
    if (entry) {
      entry.scrollIntoView({ block: "nearest" });
    }
  };

  const asked = () => {
    const [, number] = /^#step=(\d+)$/.exec(location.hash) || [];
    const first = "asks" in steps.dataset ? 1 : last;
    return number ? Math.min(Math.max(Number(number), 1), last) : first;
  };

  const keys = { ArrowLeft: () => shown - 1, ArrowRight: () => shown + 1, Home: () => 1, End: () => last };

  document.addEventListener("keydown", (event) => {
    const isForUs = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (isForUs && event.key in keys) {
      event.preventDefault();
      go(keys[event.key]());
    }
  });
  slider.addEventListener("input", () => go(Number(slider.value)));
  find("first").addEventListener("click", () => go(1));
  find("back").addEventListener("click", () => go(shown - 1));
  find("next").addEventListener("click", () => go(shown + 1));
  find("last").addEventListener("click", () => go(last));
  if (teller) {
    teller.addEventListener("click", tell);
  }
  addEventListener("hashchange", () => {
    show(asked());
    reveal();
  });

  find("controls").hidden = false;
  show(asked());
  if (shown < last) {
    reveal();
  }
})();
