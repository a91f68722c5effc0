// While the desk fetches, its progress is told here; when it has ended, the page comes anew.

const round = document.querySelector("[data-round]");

// What was just done is said again, with its way back.
function anew() {
  const act = document.querySelector("#toast.on [name=act]");
  if (act) document.cookie = `done=${act.value}; path=${document.body.dataset.base}; max-age=60; samesite=lax`;
  location.reload();
}

async function look() {
  const answer = await fetch(round.dataset.round, { headers: { Accept: "application/json" } }).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  if (told && !told.running) return anew();
  if (told) {
    const bar = round.querySelector("progress");
    bar.max = Math.max(told.due, told.done, 1);
    bar.value = told.done;
    round.querySelector("[data-told]").textContent = `${told.done} / ${Math.max(told.due, told.done)} · +${told.new} · ${told.title}`;
  }
  return setTimeout(look, 1000);
}

if (round) look();
