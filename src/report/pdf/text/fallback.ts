import { fontBytes } from '../font-bytes.ts';
import { type EmbeddedFont, type Face, makeFace } from './face.ts';

/** Faces for what IBM Plex Sans and Mono lack. Nothing is read before the first such character. */
export interface Fallbacks {
  /** The first face that has every character of a text. */
  find(text: string): Face | undefined;
}

interface FallbackFont {
  readonly file: string;
  /** The font is opened for a text with such a character only. */
  readonly covers: RegExp;
}

/** In the order in which they are tried: a face made for the script, then those made for many. */
const FONTS: readonly FallbackFont[] = [
  { file: 'IBMPlexSansArabic-Regular', covers: /\p{scx=Arab}/u },
  { file: 'IBMPlexSansHebrew-Regular', covers: /\p{sc=Hebr}/u },
  { file: 'IBMPlexSansKR-Regular', covers: /\p{sc=Hang}/u },
  { file: 'IBMPlexSansThai-Regular', covers: /\p{sc=Thai}/u },
  { file: 'NotoSansBengali-Regular', covers: /\p{scx=Beng}/u },
  { file: 'NotoSansDevanagari-Regular', covers: /\p{scx=Deva}/u },
  { file: 'NotoSansEthiopic-Regular', covers: /\p{sc=Ethi}/u },
  { file: 'NotoSansGujarati-Regular', covers: /\p{scx=Gujr}/u },
  { file: 'NotoSansGurmukhi-Regular', covers: /\p{scx=Guru}/u },
  { file: 'NotoSansKannada-Regular', covers: /\p{scx=Knda}/u },
  { file: 'NotoSansKhmer-Regular', covers: /\p{sc=Khmr}/u },
  { file: 'NotoSansLao-Regular', covers: /\p{sc=Laoo}/u },
  { file: 'NotoSansMalayalam-Regular', covers: /\p{scx=Mlym}/u },
  { file: 'NotoSansMyanmar-Regular', covers: /\p{scx=Mymr}/u },
  { file: 'NotoSansOriya-Regular', covers: /\p{scx=Orya}/u },
  { file: 'NotoSansSinhala-Regular', covers: /\p{scx=Sinh}/u },
  { file: 'NotoSansSyriac-Regular', covers: /\p{sc=Syrc}/u },
  { file: 'NotoSansTamil-Regular', covers: /\p{scx=Taml}/u },
  { file: 'NotoSansTelugu-Regular', covers: /\p{scx=Telu}/u },
  { file: 'NotoSansThaana-Regular', covers: /\p{sc=Thaa}/u },
  { file: 'NotoSerifTibetan-Regular', covers: /\p{sc=Tibt}/u },
  { file: 'DejaVuSans', covers: /[^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u },
  {
    file: 'DroidSansFallbackFull',
    covers: /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\u3000-\u33FF\uFE30-\uFE4F\uFF01-\uFFEE]/u,
  },
];

/** Texts whose face is remembered; names repeat, and memory must not grow with the report. */
const REMEMBERED = 5000;

/** The fallbacks of one document, all unopened. `reset` makes the document's own font current again. */
export function makeFallbacks(doc: PDFKit.PDFDocument, reset: () => void): Fallbacks {
  const faces = new Map<string, Face>();
  const found = new Map<string, Face | null>();
  const open = (file: string): Face => {
    doc.registerFont(file, fontBytes(file));
    doc.font(file);
    const face = makeFace((doc as unknown as { _font: EmbeddedFont })._font, fallbacks, false);
    reset();
    faces.set(file, face);
    return face;
  };
  const search = (text: string): Face | null => {
    const characters = new Set(text);
    for (const { file, covers } of FONTS) {
      if (!covers.test(text)) continue;
      const face = faces.get(file) ?? open(file);
      if ([...characters].every((it) => face.supports(it))) return face;
    }
    return null;
  };
  const fallbacks: Fallbacks = {
    find: (text) => {
      const known = found.get(text);
      if (known !== undefined) return known ?? undefined;
      if (found.size >= REMEMBERED) found.clear();
      const face = search(text);
      found.set(text, face);
      return face ?? undefined;
    },
  };
  return fallbacks;
}
