"""What a request is for, in which capacity somebody appears in it, and where it is made."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What the licensing system is about to do; the role table says what each purpose demands."""

    FOOD_PRODUCTION_LICENCE = "food_production_licence"
    FOOD_OPERATION_LICENCE = "food_operation_licence"
    FOOD_FILING = "food_filing"
    SMALL_WORKSHOP = "small_workshop"
    STAFF_APPOINTMENT = "staff_appointment"
    PLATFORM_ONBOARDING = "platform_onboarding"
    SLAUGHTER_LICENCE = "slaughter_licence"
    INSPECTION_STAFF = "inspection_staff"
    LICENCE_CHANGE = "licence_change"
    LICENCE_RENEWAL = "licence_renewal"

    @property
    def is_appointment(self) -> bool:
        """Say whether somebody is to be employed or appointed, for which no licence is applied for."""
        return self in {Purpose.STAFF_APPOINTMENT, Purpose.INSPECTION_STAFF}


class Role(StrEnum):
    """In which capacity somebody appears in an application."""

    APPLICANT = "applicant"
    OPERATOR = "operator"
    LEGAL_REPRESENTATIVE = "legal_representative"
    PERSON_IN_CHARGE = "person_in_charge"
    FOOD_SAFETY_DIRECTOR = "food_safety_director"
    FOOD_SAFETY_OFFICER = "food_safety_officer"
    TECHNICIAN = "technician"
    INSPECTOR = "inspector"
    STAFF = "staff"


class Region(StrEnum):
    """The four regions that share the register, by the first two digits of their area codes (GB/T 2260)."""

    SHANGHAI = "31"
    JIANGSU = "32"
    ZHEJIANG = "33"
    ANHUI = "34"

    @classmethod
    def of(cls, area_code: str | None) -> Region | None:
        """Return the region an area code of two to six digits lies in; None where it lies in none of the four."""
        if area_code is None or not 2 <= len(area_code) <= 6 or not area_code.isdecimal():
            return None
        return _REGIONS.get(area_code[:2])


_REGIONS = {region.value: region for region in Region}


class Activity(StrEnum):
    """What a provision can bar somebody from; the role table says which activities a role takes up."""

    APPLY_FOR_FOOD_LICENCE = "apply_for_food_licence"
    APPLY_FOR_SMALL_FOOD_ENTRY = "apply_for_small_food_entry"
    APPLY_FOR_THE_SAME_LICENCE = "apply_for_the_same_licence"
    MANAGE_FOOD_BUSINESS = "manage_food_business"
    MANAGE_FOOD_SAFETY = "manage_food_safety"
    TAKE_PART_IN_FOOD_BUSINESS = "take_part_in_food_business"
    INSPECT_FOOD = "inspect_food"
    TEST_FARM_PRODUCE = "test_farm_produce"
    APPLY_FOR_SLAUGHTER_LICENCE = "apply_for_slaughter_licence"
    MANAGE_SLAUGHTER = "manage_slaughter"
    DEAL_IN_ANIMALS = "deal_in_animals"
    HOLD_COMPANY_OFFICE = "hold_company_office"
    REPRESENT_A_BUSINESS = "represent_a_business"
    DEAL_IN_DRUGS = "deal_in_drugs"
