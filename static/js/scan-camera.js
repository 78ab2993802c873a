/** Read codes from the live camera, or from a photo where a page gets no camera. */

const vendor = new URL("../vendor/zxing-wasm/reader/", import.meta.url);
const STILL_IN_VIEW = 2500; // milliseconds a code must be gone before it counts again
const REST = 70; // between two looks, so that phones stay cool

/** Return a function that finds the text of a QR code in a picture: the browser's own reader, else the one we bring. */
async function reader() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue;
  }
  const { prepareZXingModule, readBarcodes } = await import(`${vendor}index.js`);
  prepareZXingModule({ overrides: { locateFile: (name) => `${vendor}${name}` } });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (picture) => {
    canvas.width = picture.videoWidth ?? picture.width;
    canvas.height = picture.videoHeight ?? picture.height;
    context.drawImage(picture, 0, 0);
    const found = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
    return found[0]?.text;
  };
}

let reading;
const findCode = async (picture) => (await (reading ??= reader()))(picture);

/** Show why there is no live camera, and what to do instead. */
function explain(why) {
  document.getElementById("viewfinder").hidden = true;
  document.getElementById("no-camera").hidden = false;
  document.querySelectorAll("#no-camera [data-why]").forEach((line) => { line.hidden = line.dataset.why !== why; });
  document.querySelector("#no-camera .field").hidden = why === "reader";
}

/** Look through the camera for good; `busy` tells when an answer is on the screen. */
export async function startCamera(found, busy) {
  if (!navigator.mediaDevices?.getUserMedia) return explain("insecure");
  const box = document.getElementById("viewfinder");
  const video = box.querySelector("video");
  box.hidden = false;
  try {
    await open(video, "environment");
    await (reading ??= reader());
  } catch (error) {
    stop(video);
    return explain(error instanceof DOMException ? "refused" : "reader");
  }
  box.querySelector("p").hidden = true;
  offerTools(video);
  watch(video, found, busy);
}

/** Let one camera fill the video. */
async function open(video, facingMode) {
  stop(video);
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode, width: { ideal: 1280 }, height: { ideal: 720 } } });
  await video.play();
}

/** Give the camera back. */
function stop(video) {
  video.srcObject?.getTracks().forEach((track) => track.stop());
}

/** Call back with each code that comes into view, and not again while it stays. */
async function watch(video, found, busy) {
  let latest = "";
  let seen = 0;
  for (;;) {
    await new Promise((resolve) => { setTimeout(resolve, document.hidden ? 500 : REST); });
    if (video.readyState < 2) continue;
    const code = await findCode(video).catch(() => undefined);
    if (!code) continue;
    const now = performance.now();
    const fresh = code !== latest || now - seen > STILL_IN_VIEW;
    if (fresh && busy()) continue;
    latest = code;
    seen = now;
    if (fresh) found(code);
  }
}

/** Offer light and the other camera where the phone has them. */
async function offerTools(video) {
  const torch = document.getElementById("torch");
  const turn = document.getElementById("turn");
  let facing = "environment";
  const track = () => video.srcObject.getVideoTracks()[0];
  const offer = () => {
    torch.hidden = !track().getCapabilities?.().torch;
    torch.setAttribute("aria-pressed", "false");
    document.getElementById("camera-tools").hidden = torch.hidden && turn.hidden;
  };
  torch.addEventListener("click", () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    track().applyConstraints({ advanced: [{ torch: on }] }).then(() => torch.setAttribute("aria-pressed", String(on)), () => {});
  });
  turn.addEventListener("click", async () => {
    facing = facing === "environment" ? "user" : "environment";
    await open(video, facing).catch(() => explain("refused"));
    offer();
  });
  turn.hidden = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput").length < 2;
  offer();
}

/** Read a code from a photo, for pages that get no live camera. */
export function readPhoto(found) {
  const photo = document.getElementById("photo");
  photo.addEventListener("change", async () => {
    const none = document.getElementById("no-code");
    const code = photo.files[0] && (await createImageBitmap(photo.files[0]).then(findCode).catch(() => undefined));
    none.hidden = Boolean(code);
    photo.value = "";
    if (code) found(code);
  });
}
