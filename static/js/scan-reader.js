/** Finds the text of a QR code in a picture: with the browser's own reader, else with the one we bring. */

const vendor = new URL("../vendor/zxing-wasm/reader/", import.meta.url);

let reading;

/** Load the reader; throws where there is none. */
export const loadReader = () => (reading ??= reader());

/** Return the text of the code in a picture, if there is one. */
export async function findCode(picture) {
  return (await loadReader())(picture);
}

/** Return what reads here. */
async function reader() {
  const formats = await window.BarcodeDetector?.getSupportedFormats().catch(() => []);
  return formats?.includes("qr_code") ? native() : brought();
}

/** Read with the browser's own. */
function native() {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (picture) => (await detector.detect(picture))[0]?.rawValue;
}

/** Read with ours, which also reads codes in light on dark. */
async function brought() {
  const { prepareZXingModule, readBarcodes } = await import(`${vendor}index.js`);
  await prepareZXingModule({ overrides: { locateFile: (name) => `${vendor}${name}` }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (picture) => {
    canvas.width = picture.videoWidth ?? picture.width;
    canvas.height = picture.videoHeight ?? picture.height;
    context.drawImage(picture, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    return (await readBarcodes(pixels, { formats: ["QRCode"], maxNumberOfSymbols: 1 }))[0]?.text;
  };
}
