/** Images from files: OCI layouts and docker save archives. */
package io.gatun.containerizer.image.archive;
