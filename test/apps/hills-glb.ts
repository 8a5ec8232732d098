/** A .glb of patches of hills, one mesh and one node per seed, 12 m apart along x; equal seeds give equal meshes. `2 · cells²` triangles each. */
export function hillsGlb(cells: number, seeds: readonly number[]): Uint8Array {
  const vertices = (cells + 1) ** 2;
  const patchBytes = vertices * 24 + cells * cells * 24;
  const binary = new ArrayBuffer(patchBytes * seeds.length);
  const json = { meshes: [] as object[], nodes: [] as object[], accessors: [] as object[], bufferViews: [] as object[] };
  seeds.forEach((seed, patch) => {
    const at = patch * patchBytes;
    const positions = new Float32Array(binary, at, vertices * 3);
    const normals = new Float32Array(binary, at + vertices * 12, vertices * 3);
    const indices = new Uint32Array(binary, at + vertices * 24, cells * cells * 6);
    const height = (x: number, z: number): number => Math.sin(x * 1.3 + seed) * Math.cos(z * 1.1) + 0.3 * Math.sin(x * z + seed);
    const [min, max] = [
      [0, Infinity, 0],
      [10, -Infinity, 10],
    ];
    for (let v = 0; v < vertices; v++) {
      const [x, z] = [((v % (cells + 1)) / cells) * 10, (Math.floor(v / (cells + 1)) / cells) * 10];
      positions.set([x, height(x, z), z], v * 3);
      normals.set([0, 1, 0], v * 3);
      min[1] = Math.min(min[1]!, positions[v * 3 + 1]!);
      max[1] = Math.max(max[1]!, positions[v * 3 + 1]!);
    }
    for (let j = 0, i = 0; j < cells; j++) {
      for (let k = 0; k < cells; k++, i += 6) {
        const a = j * (cells + 1) + k;
        const b = a + cells + 1;
        indices.set([a, b, b + 1, a, b + 1, a + 1], i);
      }
    }
    const accessor = json.accessors.length;
    const view = json.bufferViews.length;
    const lengths = [vertices * 12, vertices * 12, cells * cells * 24];
    let offset = at;
    for (const byteLength of lengths) {
      json.bufferViews.push({ buffer: 0, byteOffset: offset, byteLength });
      offset += byteLength;
    }
    json.accessors.push(
      { bufferView: view, componentType: 5126, count: vertices, type: 'VEC3', min, max },
      { bufferView: view + 1, componentType: 5126, count: vertices, type: 'VEC3' },
      { bufferView: view + 2, componentType: 5125, count: cells * cells * 6, type: 'SCALAR' },
    );
    json.meshes.push({
      name: `patch ${patch}`,
      primitives: [{ attributes: { POSITION: accessor, NORMAL: accessor + 1 }, indices: accessor + 2 }],
    });
    json.nodes.push({ name: `patch ${patch}`, mesh: patch, translation: [patch * 12, 0, 0] });
  });
  const whole = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: seeds.map((_, i) => i) }],
    ...json,
    buffers: [{ byteLength: binary.byteLength }],
  };
  const text = Buffer.from(JSON.stringify(whole));
  const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, ' ')]);
  const total = 28 + padded.length + binary.byteLength;
  const head = Buffer.from(Uint32Array.of(0x46546c67, 2, total, padded.length, 0x4e4f534a).buffer);
  return Buffer.concat([head, padded, Buffer.from(Uint32Array.of(binary.byteLength, 0x004e4942).buffer), Buffer.from(binary)]);
}
