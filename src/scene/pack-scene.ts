import { fitTextures, type TextureLimits } from './fit-textures.ts';
import type { PackedScene, SceneChunk } from './packed-scene.ts';
import { packAttributes, packMeshlets } from './packed-words.ts';
import type { SceneData } from './scene-data.ts';

/** A scene in memory as the device takes it: float32 positions, RGBA8 texels, one chunk. @throws SceneError TOO_MANY_TEXTURES */
export function packScene(scene: SceneData, limits: TextureLimits): PackedScene {
  const { vertices, meshlets, images, ...head } = scene;
  const fitted = fitTextures(images, limits);
  const packedImages = fitted.images.map(({ name, widthPx, heightPx, srgb, levels }) => ({
    name,
    widthPx,
    heightPx,
    srgb,
    format: 'rgba8' as const,
    levels: levels.length,
  }));
  return {
    ...head,
    drawWarnings: fitted.warnings,
    sizes: {
      meshlets: meshlets.count,
      vertexIndices: meshlets.vertexIndices.length,
      triangles: meshlets.triangles.length,
      vertices: vertices.count,
    },
    positions: 'float32',
    grids: [],
    images: () => packedImages,
    async *chunks(): AsyncIterable<SceneChunk> {
      const { positions } = vertices;
      yield {
        geometry: [
          { part: 'meshlets', first: 0, words: packMeshlets(meshlets, head.hierarchy) },
          { part: 'vertexIndices', first: 0, words: meshlets.vertexIndices },
          { part: 'triangles', first: 0, words: meshlets.triangles },
          { part: 'positions', first: 0, words: new Uint32Array(positions.buffer, positions.byteOffset, positions.length) },
          { part: 'attributes', first: 0, words: packAttributes(vertices) },
        ],
        texels: fitted.images.flatMap((image, index) => image.levels.map((bytes, level) => ({ image: index, level, bytes })).reverse()),
        residentError: -1,
      };
    },
  };
}
