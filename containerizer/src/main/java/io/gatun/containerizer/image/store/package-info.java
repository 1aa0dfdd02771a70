/** What was pulled: blobs, layers and references below docker_store_dir. */
package io.gatun.containerizer.image.store;
