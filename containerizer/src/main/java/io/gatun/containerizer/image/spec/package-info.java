/** The images of Docker and OCI as values: references, digests, manifests, configurations. */
package io.gatun.containerizer.image.spec;
