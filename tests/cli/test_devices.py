#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# `devices` and `--device` agree with each other: the list is JSON with --json, has the same devices without, every id and name
# in it selects a device that fills correctly, and an unknown name is answered with that list. The keys are the library's
# names of the fields of outerfill_device.

import json
import unittest

from command import NO_DEVICE, CommandTest

EXPECTED = "[[[0. 1.]\n  [1. 2.]]\n\n [[0. 0.]\n  [0. 1.]]]\n"  # arange(2) with itself


class Devices(CommandTest):
    def devices(self):
        stdout, stderr = self.outerfill("devices", "--json")
        self.assertEqual(stderr, "")
        devices = json.loads(stdout)
        self.assertIsInstance(devices, list)
        self.assertGreater(len(devices), 0, "the tests need a device")
        return devices

    def usable(self):
        devices = [device for device in self.devices() if not device.get("unusable") and device.get("has_float64", True)]
        self.assertGreater(len(devices), 0, "the tests need a device with float64")
        return devices

    def test_every_device_has_an_id_and_a_name(self):
        for device in self.devices():
            self.assertRegex(device["id"], r"\A[0-9]+:[0-9]+\Z")
            self.assertIsInstance(device["name"], str)
        self.assertEqual(len({device["id"] for device in self.devices()}), len(self.devices()))

    def test_what_only_some_drivers_tell(self):
        for device in self.devices():
            for key in ("unusable", "pci_address", "board", "clock_mhz", "free_nbytes"):
                self.assertIn(key, device)
                self.assertNotIn(device[key], ("", 0))

    def test_the_list_for_people_has_the_same_devices(self):
        stdout, stderr = self.outerfill("devices")
        self.assertEqual(stderr, "")
        for device in self.devices():
            self.assertIn(device["id"], stdout)
            self.assertIn(device["name"], stdout)

    def test_every_id_and_name_selects_a_device(self):
        for device in self.usable():
            for selector in (device["id"], device["name"], device["name"].upper(), device["name"][:6]):
                stdout, _ = self.outerfill("fill", "arange:2", "arange:2", "--device", selector)
                self.assertEqual(stdout, EXPECTED, selector)

    def test_two_devices_in_a_list(self):
        selector = ",".join(device["id"] for device in self.usable()[:2])
        stdout, _ = self.outerfill("fill", "arange:2", "arange:2", "--device", selector)
        self.assertEqual(stdout, EXPECTED)

    def test_an_unknown_device_is_answered_with_the_list(self):
        _, stderr = self.outerfill("fill", "arange:2", "arange:2", "--device", "nosuchdevice", expected=NO_DEVICE)
        self.assertIn("nosuchdevice", stderr)
        for device in self.devices():
            self.assertTrue(device["id"] in stderr or device["name"] in stderr, f"{device['id']} is not in: {stderr}")


if __name__ == "__main__":
    unittest.main()
