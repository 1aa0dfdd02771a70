/** How much disk a container takes, and what happens when it takes too much: the {@code disk/*} isolators. */
package io.gatun.containerizer.disk;
