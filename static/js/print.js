/** <button data-print hidden>: shows itself where scripts run, and opens the browser's printing. */

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
