package io.gatun.containerizer.image.spec;

import java.util.List;
import java.util.Set;

/** Media types: OCI image specification, media-types.md; Docker's Image Manifest Version 2, Schema 2. */
public final class MediaTypes {
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    /** What we ask a registry for, best first. */
    public static final List<String> ACCEPTED = List.of(OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST);

    private static final Set<String> LAYERS = Set.of(
            OCI_LAYER,
            OCI_LAYER + "+gzip",
            OCI_LAYER + "+zstd",
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
            "application/vnd.docker.image.rootfs.diff.tar",
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "application/vnd.docker.image.rootfs.diff.tar.zstd",
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");

    private MediaTypes() {}

    static boolean isIndex(String type) {
        return type.equals(OCI_INDEX) || type.equals(DOCKER_LIST);
    }

    static boolean isManifest(String type) {
        return type.equals(OCI_MANIFEST) || type.equals(DOCKER_MANIFEST);
    }

    static boolean isConfig(String type) {
        return type.equals(OCI_CONFIG) || type.equals(DOCKER_CONFIG);
    }

    static boolean isLayer(String type) {
        return LAYERS.contains(type);
    }
}
