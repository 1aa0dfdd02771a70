/** Network namespaces of containers. */
package io.gatun.isolator.network;
