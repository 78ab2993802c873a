/** A page beside the kiosk that nobody touches for a while gives way to it again. */

const PATIENCE = 30000;

const { home } = document.querySelector("script[data-home]").dataset;
let waiting;

/** Begin to wait anew. */
function touched() {
  clearTimeout(waiting);
  waiting = setTimeout(() => location.replace(home), PATIENCE);
}

for (const sign of ["pointerdown", "keydown", "input"]) document.addEventListener(sign, touched);
touched();
