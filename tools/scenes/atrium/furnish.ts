import type { Vec3 } from '../../../src/core/vec.ts';
import type { SceneWriter } from '../kit/scene-writer.ts';
import { box, lathe, type Placement, sheet } from '../kit/shapes.ts';
import { bankersLamp, clubSofa, floorLamp, libraryTable, roundTable } from './furniture.ts';
import { bayZ, COLUMN_ZS, HALL } from './hall-plan.ts';
import { bookcase, chandelier, chandelierGlobes, ladder, receptionDesk } from './library.ts';
import { grandPiano, pottedPlant, standingGlobe } from './ornaments.ts';
import { westBays } from './shell.ts';

const at = (x: number, z: number, yawDeg = 0, y = 0, scale = 1): Placement => ({ at: [x, y, z], yawDeg, scale });
const WARM: Vec3 = [1, 0.72, 0.42];

/** Everything that stands, lies or hangs in the hall; nothing within 6 m of the stage's centre. */
export function furnish(scene: SceneWriter): void {
  placeLibrary(scene);
  placeLounge(scene);
  placeLamps(scene);
  placePlants(scene);
  const hanging = sheet(
    (s, t) => [(s - 0.5) * 2.6, t * 4.4, 0.03 * Math.sin(s * Math.PI * 5) * (1 - t * 0.6)],
    20,
    4,
    (s, t) => [s, 1 - t],
  ).finish(80);
  const hung = [-1, 1].map((s) => at(s * 8.6, HALL.northZ + 0.12, 0, 6.3));
  scene.place('tapestry', hanging, 'carpet', hung);
  scene.place(
    'tapestry-rod',
    box([2.9, 0.06, 0.06], 0.015).finish(40),
    'brass',
    hung.map((p) => ({ at: [p.at[0], 10.68, p.at[2]] as Vec3 })),
    false,
  );
  const desk = receptionDesk();
  const deskAt = [at(-5.2, -8.6, 32)];
  scene.place('desk', desk.wood.finish(40), 'walnut', deskAt);
  scene.place('desk-brass', desk.brass.finish(40), 'brass', deskAt, false);
  scene.place('desk-top', desk.top.finish(40), 'stone-dark', deskAt);
  const piano = grandPiano();
  const pianoAt = [at(4.9, -6.6, 205)];
  scene.place('piano', piano.case.finish(35), 'lacquer', pianoAt);
  scene.place('piano-keys', piano.keys.finish(30), 'ivory', pianoAt, false);
  scene.place('piano-brass', piano.brass.finish(40), 'brass', pianoAt, false);
}

function placeLibrary(scene: SceneWriter): void {
  const low = bookcase(4.3, 1);
  const high = bookcase(4.7, 2);
  scene.place('bookcase', low.wood.finish(30), 'walnut', westBays(0));
  scene.place('bookcase-books', low.books.finish(30), 'books', westBays(0), false);
  scene.place('bookcase-upper', high.wood.finish(30), 'walnut', westBays(HALL.mezzanineM));
  scene.place('bookcase-upper-books', high.books.finish(30), 'books', westBays(HALL.mezzanineM), false);
  scene.place('ladder', ladder().finish(40), 'walnut', [at(-12.35, -5.2, 90), at(-12.35, 5.6, 90), at(-12.35, -1.6, 90, HALL.mezzanineM)]);
  const table = [at(-9.9, -8.6, 90), at(-9.9, -3.2, 90), at(-9.9, 2.4, 90), at(-9.9, 8, 90)];
  scene.place('library-table', libraryTable().finish(35), 'walnut', table);
  const lamp = bankersLamp();
  const lamps = table.flatMap(({ at: [x, , z] }): Placement[] => [at(x, z - 0.8, 90, 0.78), at(x, z + 0.8, 90, 0.78)]);
  scene.place('bankers-lamp', lamp.stand.finish(50), 'brass', lamps, false);
  scene.place('bankers-shade', lamp.shade.finish(60), 'shade-green', lamps, false);
  const globe = standingGlobe();
  scene.place('globe-ball', globe.ball.finish(70), 'leather-green', [at(-6.7, -3.6, 20)]);
  scene.place('globe-stand', globe.stand.finish(45), 'brass', [at(-6.7, -3.6, 20)], false);
}

function placeLounge(scene: SceneWriter): void {
  const sofa = clubSofa(3);
  const chair = clubSofa(1);
  const sofas = [at(11.3, -6.2, -90), at(11.3, 3.4, -90)];
  const chairs = [
    at(9.1, -8.0, 30),
    at(8.6, -4.5, 140),
    at(8.9, 1.6, 40),
    at(8.7, 5.2, 130),
    at(7.0, -1.0, -75),
    at(6.6, 0.9, -110),
    at(-6.4, 1.6, 95),
    at(-6.7, 3.2, 70),
  ];
  scene.place('sofa', sofa.leather.finish(50), 'leather', sofas);
  scene.place('sofa-feet', sofa.feet.finish(40), 'brass', sofas, false);
  scene.place('chair', chair.leather.finish(50), 'leather-green', chairs.slice(0, 4));
  scene.place('chair-brown', clubSofa(1).leather.finish(50), 'leather', chairs.slice(4));
  scene.place('chair-feet', chair.feet.finish(40), 'brass', chairs, false);
  const table = roundTable(0.55, 0.42);
  const tables = [at(9.6, -6.2), at(9.6, 3.4), at(7.3, 0.0, 0, 0, 0.62), at(-6.9, 2.4, 0, 0, 0.7)];
  scene.place('round-table', table.top.finish(40), 'stone-dark', tables);
  scene.place('round-table-frame', table.frame.finish(50), 'brass', tables, false);
  const rug = (w: number, l: number) =>
    sheet(
      (s, t) => [(s - 0.5) * w, 0, (0.5 - t) * l],
      6,
      8,
      (s, t) => [s, t],
    ).finish(30);
  scene.place('rug', rug(3.4, 4.8), 'carpet', [at(9.9, -6.2, 0, -0.008)]);
  scene.place('rug-south', rug(3.4, 4.8), 'carpet', [at(9.9, 3.4, 0, -0.008)]);
  scene.place('rug-stair', rug(3.2, 3.4), 'carpet', [at(0, -8.5, 0, -0.008)]);
}

function placeLamps(scene: SceneWriter): void {
  const lamp = floorLamp();
  const lamps = [at(12.2, -8.3), at(12.2, 1.3), at(7.9, -9.9), at(-7.9, 0.6), at(12.2, 5.6)];
  scene.place('floor-lamp', lamp.stand.finish(45), 'brass', lamps, false);
  scene.place('floor-lamp-shade', lamp.shade.finish(60), 'shade', lamps, false);
  const hung = [at(0, -8.4, 0, 8.3), at(0, 0, 12, 8.3), at(0, 8.4, 25, 8.3)];
  scene.place('chandelier', chandelier(6.2).finish(45), 'brass', hung, false);
  scene.place('chandelier-globes', chandelierGlobes().finish(80), 'globe', hung, false);
  const sconce = lathe(
    [
      [0.001, 0],
      [0.09, 0.04],
      [0.11, 0.16],
      [0.08, 0.3],
      [0.001, 0.34],
    ],
    8,
  ).finish(80);
  const onColumns = COLUMN_ZS.flatMap((z): Placement[] => [-1, 1].map((s) => at(s * (HALL.columnX - 0.56), z, 0, 2.75)));
  scene.place('sconce', sconce, 'globe', onColumns, false);
  for (const [i, place] of hung.entries())
    scene.light({ name: `chandelier-${i}`, at: [place.at[0], 7.8, place.at[2]], color: WARM, intensity: 9, rangeM: 22 });
  scene.light({ name: 'lounge-lamp', at: [11.9, 1.9, -8.0], color: WARM, intensity: 2.2, rangeM: 8 });
  scene.light({ name: 'reading-lamp', at: [7.7, 1.9, -9.6], color: WARM, intensity: 2.2, rangeM: 8 });
  scene.light({ name: 'desk-light', at: [-5.0, 2.4, -9.4], color: WARM, intensity: 2.6, rangeM: 9 });
  scene.light({ name: 'shelf-light', at: [-10.2, 3.6, -5.8], color: WARM, intensity: 3.2, rangeM: 10 });
}

function placePlants(scene: SceneWriter): void {
  const places = [
    at(6.2, -9.2, 40, 0, 1.25),
    at(-6.6, -10.1, 120, 0, 1.3),
    at(12.1, -1.4, 10, 0, 1.1),
    at(-7.6, 5.0, 200, 0, 1.15),
    at(7.7, 3.4, 77, 0, 1),
    at(4.3, -10.2, 300, 0, 0.8),
    at(-4.3, -10.2, 100, 0, 0.8),
    at(12.2, -12.4, 45, 0, 1.3),
    at(3.0, -18.2, 45, HALL.landingM, 0.95),
    at(-3.0, -18.2, 145, HALL.landingM, 0.95),
    ...[1, 3, 5].map((i) => at(7.9, bayZ(i) + 1.2, i * 50, HALL.mezzanineM, 0.8)),
  ];
  const plant = pottedPlant(5, 2.1, 19);
  scene.place('plant-pot', plant.pot.finish(45), 'ceramic', places);
  scene.place('plant', plant.foliage.finish(70), 'leaf', places);
}
