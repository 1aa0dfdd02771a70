/** {@code gatun containers}: what runs on a node. */
package io.gatun.dist.containers;
