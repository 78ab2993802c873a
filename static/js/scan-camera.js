/** Reads codes from the live camera for as long as the page is open, or from a photo where a page gets no camera. */

import { findCode, loadReader } from "./scan-reader.js";

const STILL_IN_VIEW = 2500; // milliseconds a code must be gone before it counts again
const REST = 60; // between two looks, so that phones stay cool
const STUCK = 4000; // without a new picture; some phones freeze a camera that was away
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 } };

const box = document.getElementById("viewfinder");
const video = box.querySelector("video");
const torch = document.getElementById("torch");
const turn = document.getElementById("turn");
const seen = new Map(); // code -> when it was last in view
let facing = "environment";

/** Show why there is no live camera, and what to do instead. */
function explain(why) {
  box.hidden = true;
  document.getElementById("no-camera").hidden = false;
  document.querySelectorAll("#no-camera [data-why]").forEach((line) => { line.hidden = line.dataset.why !== why; });
  document.querySelector("#no-camera .field").hidden = why === "reader";
}

/** Look through the camera from now on; tell whether it could be opened. While it is `busy`, new codes wait in view. */
export async function startCamera(found, busy = () => false) {
  if (!navigator.mediaDevices?.getUserMedia) return explain("insecure");
  box.hidden = false;
  try {
    await open();
    await loadReader();
  } catch (error) {
    close();
    return explain(error instanceof DOMException ? "refused" : "reader");
  }
  box.querySelector("p").hidden = true;
  torch.addEventListener("click", switchLight);
  turn.addEventListener("click", turnAround);
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : reopen()));
  watch(found, busy);
  return true;
}

/** Let the chosen camera fill the video. */
async function open() {
  close();
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, ...WANTED } });
  await video.play();
  offerTools();
}

/** Give the camera back. */
function close() {
  video.srcObject?.getTracks().forEach((track) => track.stop());
}

/** Open the camera again after it was away; while that fails, the next look tries once more. */
const reopen = () => open().catch(() => {});

/** Look again and again; whatever happens, the next look comes. */
async function watch(found, busy) {
  let picture = { at: 0, moved: performance.now() };
  for (;;) {
    await new Promise((resolve) => { setTimeout(resolve, document.hidden ? 500 : REST); });
    if (document.hidden) continue;
    const now = performance.now();
    if (video.currentTime !== picture.at) picture = { at: video.currentTime, moved: now };
    if (now - picture.moved > STUCK) {
      picture.moved = now;
      await reopen();
    }
    const code = video.readyState < 2 ? "" : await findCode(video).catch(() => "");
    if (code && comesIntoView(code, now, busy)) found(code, now);
  }
}

/** Tell whether a code has just come into view; two that are shown together count once each. */
function comesIntoView(code, now, busy) {
  for (const [other, latest] of seen) if (now - latest > STILL_IN_VIEW) seen.delete(other);
  const fresh = !seen.has(code);
  if (fresh && busy()) return false;
  seen.set(code, now);
  return fresh;
}

/** Offer light and the other camera where the phone has them. */
async function offerTools() {
  const [track] = video.srcObject.getVideoTracks();
  torch.hidden = !track.getCapabilities?.().torch;
  torch.setAttribute("aria-pressed", "false");
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  turn.hidden = cameras.length < 2;
  document.getElementById("camera-tools").hidden = torch.hidden && turn.hidden;
}

/** Switch the light on or off. */
async function switchLight() {
  const on = torch.getAttribute("aria-pressed") !== "true";
  const [track] = video.srcObject.getVideoTracks();
  await track.applyConstraints({ advanced: [{ torch: on }] }).then(() => torch.setAttribute("aria-pressed", String(on)), () => {});
}

/** Look through the camera on the other side; the one before comes back if that cannot be opened. */
async function turnAround() {
  const before = facing;
  facing = facing === "environment" ? "user" : "environment";
  await open().catch(() => { facing = before; return reopen(); });
}

/** Read a code from a photo, for pages that get no live camera. */
export function readPhoto(found) {
  const photo = document.getElementById("photo");
  photo.addEventListener("change", async () => {
    const picture = photo.files[0] && await createImageBitmap(photo.files[0]).catch(() => null);
    const code = picture && await findCode(picture).catch(() => "");
    document.getElementById("no-code").hidden = Boolean(code);
    photo.value = "";
    if (code) found(code, performance.now());
  });
}
