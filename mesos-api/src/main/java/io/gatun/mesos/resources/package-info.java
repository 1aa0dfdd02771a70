/** Arithmetic on Mesos resources. */
package io.gatun.mesos.resources;
