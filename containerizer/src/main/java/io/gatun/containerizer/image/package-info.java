/** Container images: pulled, unpacked, given to containers, collected. */
package io.gatun.containerizer.image;
