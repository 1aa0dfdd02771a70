/** The Container Network Interface, versions 0.3.0 to 1.1.0: networks made by plugins, which are programs. */
package io.gatun.containerizer.network.cni;
