/** Layers into directories, from archives that may be hostile. */
package io.gatun.containerizer.image.unpack;
