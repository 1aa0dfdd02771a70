/** Images from registries; the OCI distribution specification. */
package io.gatun.containerizer.image.registry;
