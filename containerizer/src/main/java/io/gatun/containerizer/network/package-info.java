/** Networks of containers: a bridge of our own, plugins of the Container Network Interface, ports that nobody allocated. */
package io.gatun.containerizer.network;
