package io.gatun.containerizer.image.spec;

import java.util.List;

/** What a reference names: an image, or several to choose from by platform. */
public sealed interface Document {
    /**
     * One image; OCI manifest.md, Docker schema 2.
     *
     * @param config of the {@link ImageConfig}
     * @param layers the lowest first
     */
    record Manifest(Descriptor config, List<Descriptor> layers) implements Document {
        public Manifest {
            layers = List.copyOf(layers);
        }
    }

    /** Several images, or indexes of them; OCI image-index.md, Docker's manifest list. */
    record Index(List<Descriptor> manifests) implements Document {
        public Index {
            manifests = List.copyOf(manifests);
        }

        /**
         * Chooses by platform: the best of those that run here, the first of equals.
         *
         * @throws ImageException naming what there is, when nothing of it runs here
         */
        public Descriptor select(Platform host) {
            Descriptor best = null;
            int bestSuits = 0;
            for (Descriptor candidate : manifests) {
                int suits = candidate.platform().map(host::suits).orElse(0);
                if (suits > bestSuits) {
                    best = candidate;
                    bestSuits = suits;
                }
            }
            if (best != null) {
                return best;
            }
            // Only an index of one may leave out the platform.
            if (manifests.size() == 1 && manifests.getFirst().platform().isEmpty()) {
                return manifests.getFirst();
            }
            List<String> present = manifests.stream()
                    .flatMap(d -> d.platform().stream())
                    .map(Platform::toString)
                    .toList();
            throw new ImageException("platform=" + host + ": the index has no image for it, only " + present);
        }
    }
}
