/** Each class of answer sounds and feels different, so that nobody has to look twice. */

const SOUNDS = { // [hertz, begins, lasts] in seconds
  good: [[880, 0, 0.09], [1320, 0.1, 0.16]],
  wait: [[587, 0, 0.12], [587, 0.18, 0.12], [587, 0.36, 0.12]],
  stop: [[196, 0, 0.5], [147, 0.12, 0.5]],
};
const SHAPES = { good: "sine", wait: "triangle", stop: "square" };
const PATTERNS = { good: [90], wait: [70, 60, 70, 60, 70], stop: [320, 80, 320] };

let speaker;

/** Browsers stay silent until the page was touched once; the screen stays on as long as somebody looks. */
export function prepareSound() {
  const wake = () => {
    speaker ??= new (window.AudioContext ?? window.webkitAudioContext)();
    speaker.resume();
    stayAwake();
  };
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, wake, { once: true });
  document.addEventListener("visibilitychange", () => document.hidden || stayAwake());
}

/** Keep the screen on, where the browser lets a page do so. */
function stayAwake() {
  navigator.wakeLock?.request("screen").catch(() => {});
}

/** Sound and shake for one answer. */
export function announce(tone) {
  navigator.vibrate?.(PATTERNS[tone] ?? []);
  if (speaker?.state !== "running") speaker?.resume().catch(() => {}); // a call may have taken the sound away
  if (speaker?.state !== "running") return;
  for (const [pitch, begins, lasts] of SOUNDS[tone] ?? []) {
    const voice = new OscillatorNode(speaker, { frequency: pitch, type: SHAPES[tone] });
    const volume = new GainNode(speaker, { gain: 0.25 });
    const start = speaker.currentTime + begins;
    volume.gain.setTargetAtTime(0, start + lasts, 0.02);
    voice.connect(volume).connect(speaker.destination);
    voice.start(start);
    voice.stop(start + lasts + 0.2);
  }
}
