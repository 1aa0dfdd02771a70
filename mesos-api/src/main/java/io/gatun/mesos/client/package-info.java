/** Clients for Mesos' HTTP APIs, on the JDK's HttpClient. */
package io.gatun.mesos.client;
