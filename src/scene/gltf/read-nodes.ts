import type { GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';
import type { Quat, Vec3 } from '../../core/vec.ts';
import { matrixFromTrs } from '../matrix.ts';
import type { SceneBuilder } from '../scene-builder.ts';

/** A node of the scene that is drawn. */
export interface DrawnNode {
  /** Number in the file. */
  readonly source: number;
  /** Number in the `NodeTable`. */
  readonly node: number;
}

/**
 * Flattens the default scene (the first one where none is named; all roots where there is no scene): parents first, children in file
 * order. Iterative, so that no depth of nesting is too much. Nodes hidden by KHR_node_visibility are kept but not drawn.
 * @throws SceneError GLTF_NODE for a node that is reached twice (a loop or two parents) and for transforms that overflow
 */
export function readNodes(json: GLTF.IGLTF, builder: SceneBuilder, file: string): DrawnNode[] {
  const all = json.nodes ?? [];
  const pending = rootNodes(json)
    .map((source) => ({ source, parent: -1, visible: true }))
    .reverse();
  const seen = new Uint8Array(all.length);
  const drawn: DrawnNode[] = [];
  for (let entry = pending.pop(); entry; entry = pending.pop()) {
    const { source, parent } = entry;
    const definition = all[source];
    const path = `nodes[${source}]`;
    if (!definition) throw new SceneError('GLTF_NODE', 'no such node', { file, path, expected: `below ${all.length}` });
    if (seen[source]) throw new SceneError('GLTF_NODE', 'node is its own ancestor or has two parents', { file, path });
    seen[source] = 1;
    const node = builder.addNode(definition.name ?? `node ${source}`, parent, localMatrix(definition));
    if (!builder.worldMatrix(node).every(Number.isFinite)) {
      throw new SceneError('GLTF_NODE', 'world transform is not finite', { file, path });
    }
    const visible =
      entry.visible && (definition.extensions?.['KHR_node_visibility'] as { visible?: boolean } | undefined)?.visible !== false;
    if (visible) drawn.push({ source, node });
    for (const child of [...(definition.children ?? [])].reverse()) pending.push({ source: child, parent: node, visible });
  }
  return drawn;
}

function rootNodes(json: GLTF.IGLTF): readonly number[] {
  const scene = json.scenes?.[json.scene ?? 0];
  if (scene) return scene.nodes ?? [];
  const all = json.nodes ?? [];
  const children = new Set(all.flatMap((node) => node.children ?? []));
  return [...all.keys()].filter((i) => !children.has(i));
}

function localMatrix(node: GLTF.INode): ArrayLike<number> {
  if (node.matrix) return node.matrix;
  const { translation = [0, 0, 0], rotation = [0, 0, 0, 1], scale = [1, 1, 1] } = node;
  return matrixFromTrs(translation as unknown as Vec3, rotation as unknown as Quat, scale as unknown as Vec3);
}
