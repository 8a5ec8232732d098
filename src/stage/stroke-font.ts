/**
 * A font of strokes, so that drawings have their labels on machines without any fonts (containers).
 * Glyphs lie on a grid 4 wide: y 0 is the top of capitals, 2 of small letters, 6 the baseline, 8 the descender.
 * Each stroke is a run of xy digit pairs; a pair repeated is a dot.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '062046 1434',
  B: '06003041423303 3344453606',
  C: '4130100105163645',
  D: '06003041453606',
  E: '40000646 0333',
  F: '400006 0333',
  G: '41301001051636454323',
  H: '0006 4046 0343',
  I: '1030 2026 1636',
  J: '4045361605',
  K: '0006 400346',
  L: '000646',
  M: '0600234046',
  N: '06004640',
  O: '103041453616050110',
  P: '06003041423303',
  Q: '103041453616050110 2446',
  R: '06003041423303 2346',
  S: '413010010213334445361605',
  T: '0040 2026',
  U: '000516364540',
  V: '002640',
  W: '0016233640',
  X: '0046 4006',
  Y: '002340 2326',
  Z: '00400646',
  a: '4246 4332120305163645',
  b: '0006 0312324345361605',
  c: '4332120305163645',
  d: '4046 4332120305163645',
  e: '04444332120305163645',
  f: '30201116 0232',
  g: '4247381807 4332120305163645',
  h: '0006 0312324346',
  i: '2226 2020',
  j: '32372818 3030',
  k: '0006 420446',
  l: '102026 1636',
  m: '0206 03122326 23324346',
  n: '0206 0312324346',
  o: '123243453616050312',
  p: '0208 0312324345361605',
  q: '4248 4332120305163645',
  r: '0206 03123243',
  s: '43321203143445361605',
  t: '10152636 0232',
  u: '0205163645 4246',
  v: '022642',
  w: '0216243642',
  x: '0246 4206',
  y: '0226 4218',
  z: '02420646',
  0: '103041453616050110 0541',
  1: '112026 1636',
  2: '01103041420646',
  3: '01103041423313 334445361605',
  4: '36300444',
  5: '400003334445361605',
  6: '4130100105163645443303',
  7: '004016',
  8: '133342413010010213 133344453616050413',
  9: '0516364541301001021343',
  '.': '2626',
  ',': '2617',
  ':': '2323 2626',
  ';': '2323 2617',
  '-': '1333',
  '–': '0343',
  '—': '0343',
  '−': '0343',
  '+': '0343 2125',
  '=': '0242 0444',
  '/': '0640',
  '\\': '0046',
  '(': '30212536',
  ')': '10212516',
  '[': '30202636',
  ']': '10202616',
  _: '0747',
  "'": '2021',
  '"': '1011 3031',
  '#': '1016 3036 0242 0444',
  '%': '0640 1111 3535',
  '*': '2125 0244 4204',
  '!': '2024 2626',
  '?': '01103041422324 2626',
  '<': '410345',
  '>': '014305',
  '|': '2026',
  '·': '2323',
  '×': '1335 3315',
  '°': '1020211110',
  '→': '0343 324334',
  '←': '0343 120314',
};
/** A letter that the font lacks. */
const BOX = '0040460600';

const ADVANCE = 5.5;
const CAP_HEIGHT = 6;

export interface TextStyle {
  /** Height of capitals, pixels. */
  readonly sizePx: number;
  readonly color: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Clockwise about (x, y), degrees. */
  readonly turnDeg?: number;
  readonly bold?: boolean;
  /** Colour of an outline that keeps the text apart from lines below it. */
  readonly halo?: string;
}

/** Width of a text, pixels. */
export const textWidth = (text: string, sizePx: number): number => ((lettersOf(text).length * ADVANCE - 1.5) * sizePx) / CAP_HEIGHT;

/** SVG path of a text whose baseline starts (or has its middle or end) at (x, y). */
export function strokeText(text: string, x: number, y: number, style: TextStyle): string {
  const scale = style.sizePx / CAP_HEIGHT;
  const shift = style.anchor === 'middle' ? 0.5 : style.anchor === 'end' ? 1 : 0;
  const left = x - shift * textWidth(text, style.sizePx);
  const strokes = lettersOf(text).flatMap((letter, k) => {
    const glyph = letter === ' ' ? '' : (GLYPHS[letter] ?? BOX);
    return glyph.split(' ').map((stroke) =>
      [...stroke.matchAll(/(\d)(\d)/g)]
        .map(([, gx, gy], p) => {
          // A dot is a very short stroke: some renderers draw nothing where both ends are the same.
          const nudge = p > 0 && stroke.length === 4 && stroke.slice(0, 2) === stroke.slice(2) ? 0.3 : 0;
          const px = left + (k * ADVANCE + Number(gx) + nudge) * scale;
          const py = y + (Number(gy) - CAP_HEIGHT) * scale;
          return `${p ? 'L' : 'M'}${short(px)} ${short(py)}`;
        })
        .join(''),
    );
  });
  const d = strokes.join('');
  const turn = style.turnDeg ? ` transform="rotate(${style.turnDeg} ${short(x)} ${short(y)})"` : '';
  const width = Math.max(0.6, style.sizePx * (style.bold ? 0.19 : 0.12));
  const stroke = (color: string, widthPx: number): string =>
    `<path d="${d}" fill="none" stroke="${color}" stroke-width="${short(widthPx)}" stroke-linecap="round" stroke-linejoin="round"${turn}/>`;
  return (style.halo === undefined ? '' : stroke(style.halo, width + 0.5 * style.sizePx)) + stroke(style.color, width);
}

/** Accents are dropped: the letter below them is drawn. */
const lettersOf = (text: string): string[] => [...text.normalize('NFD').replace(/\p{M}/gu, '')];

/** A coordinate to a hundredth of a pixel. */
export const short = (value: number): string => `${Math.round(value * 100) / 100}`;
