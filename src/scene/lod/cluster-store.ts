import { type MeshletTable, NONE } from '../scene-data.ts';

/** Clusters of all levels while a hierarchy is being made, numbered in the order in which they were added. */
export class ClusterStore {
  readonly #tables: MeshletTable[] = [];
  readonly #tableOf: number[] = [];
  readonly #meshletOf: number[] = [];
  /** Group a cluster was made from, NONE at full detail. */
  readonly selfGroup: number[] = [];
  /** Group that replaces a cluster, NONE until there is one. */
  readonly parentGroup: number[] = [];
  /** Vertices of full detail that a cluster stands for; what is measured when it is simplified further. */
  readonly samples: Uint32Array[] = [];

  get count(): number {
    return this.#tableOf.length;
  }

  /** @param table Its `vertexIndices` are the mesh's own. @param samples One list per meshlet. @returns Number of the first. */
  add(table: MeshletTable, selfGroup: number, samples: readonly Uint32Array[]): number {
    const first = this.count;
    for (let m = 0; m < table.count; m++) {
      this.#tableOf.push(this.#tables.length);
      this.#meshletOf.push(m);
      this.selfGroup.push(selfGroup);
      this.parentGroup.push(NONE);
      this.samples.push(samples[m]);
    }
    this.#tables.push(table);
    return first;
  }

  /** Vertices of the mesh that a cluster uses, each once. */
  vertices(cluster: number): Uint32Array {
    const { vertexRange, vertexIndices } = this.#tables[this.#tableOf[cluster]];
    const first = vertexRange[this.#meshletOf[cluster] * 2];
    return vertexIndices.subarray(first, first + vertexRange[this.#meshletOf[cluster] * 2 + 1]);
  }

  /** Triangles as a | b<<8 | c<<16 of `vertices`. */
  triangles(cluster: number): Uint32Array {
    const { triangleRange, triangles } = this.#tables[this.#tableOf[cluster]];
    const first = triangleRange[this.#meshletOf[cluster] * 2];
    return triangles.subarray(first, first + triangleRange[this.#meshletOf[cluster] * 2 + 1]);
  }

  /** Centre and radius. */
  sphere(cluster: number): Float32Array {
    const m = this.#meshletOf[cluster] * 4;
    return this.#tables[this.#tableOf[cluster]].bounds.subarray(m, m + 4);
  }

  cone(cluster: number): Float32Array {
    const m = this.#meshletOf[cluster] * 4;
    return this.#tables[this.#tableOf[cluster]].cone.subarray(m, m + 4);
  }

  /** Copies clusters, in the order given, into one table. */
  pack(order: Uint32Array): MeshletTable {
    let vertices = 0;
    let triangles = 0;
    for (const c of order) {
      vertices += this.vertices(c).length;
      triangles += this.triangles(c).length;
    }
    const table = {
      count: order.length,
      bounds: new Float32Array(order.length * 4),
      cone: new Float32Array(order.length * 4),
      vertexRange: new Uint32Array(order.length * 2),
      triangleRange: new Uint32Array(order.length * 2),
      vertexIndices: new Uint32Array(vertices),
      triangles: new Uint32Array(triangles),
    };
    vertices = 0;
    triangles = 0;
    order.forEach((c, m) => {
      const own = { vertices: this.vertices(c), triangles: this.triangles(c) };
      table.bounds.set(this.sphere(c), m * 4);
      table.cone.set(this.cone(c), m * 4);
      table.vertexRange[m * 2] = vertices;
      table.vertexRange[m * 2 + 1] = own.vertices.length;
      table.triangleRange[m * 2] = triangles;
      table.triangleRange[m * 2 + 1] = own.triangles.length;
      table.vertexIndices.set(own.vertices, vertices);
      table.triangles.set(own.triangles, triangles);
      vertices += own.vertices.length;
      triangles += own.triangles.length;
    });
    return table;
  }
}
