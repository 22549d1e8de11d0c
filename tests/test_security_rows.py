"""Each row of the catalogues of bad input in security.md has its test, or the issue it waits for."""

import re
from pathlib import Path

import pytest

ROSTER = "accounts/test_roster_bad_files.py"
READ = "accounts/test_roster_read.py"
IMPORT = "accounts/test_roster_import.py"
PAGES = "accounts/test_roster_pages.py"
CARDS = "selfcheck/test"
RETURNS = f"{CARDS}_security_2d.py"
SIGN = "pledges/test_security_2e.py"
LOGIN = "accounts/test_login.py"
SECOND = "accounts/test_second_step.py"
SSO = "accounts/test_sso.py"
FILE = f"{ROSTER}::test_a_bad_file_is_a_sentence_and_the_school_stays_as_it_was"
ROW = f"{ROSTER}::test_a_bad_row_is_refused_alone_and_the_rest_may_be_confirmed"
CELL = f"{READ}::test_a_damaged_cell_refuses_its_row_with_the_cure_and_the_rest_goes_on"
KINDS = f"{ROSTER}::test_whatever_kind_of_file_it_truly_is_its_rows_come_out_the_same"
UNDERSTOOD = f"{READ}::test_code_headers_floats_width_and_blanks_are_understood"
LISTS = (
    "test_security_2k.py::"
    "test_k01_k02_k07_nobody_chooses_size_order_or_column_and_a_page_that_is_none_is_the_first_or_last"
)
CATALOGUE = {
    # 2A: a roster, and what else comes as a table
    "A01": FILE, "A02": FILE, "A03": KINDS, "A04": KINDS,
    "A06": f"{ROSTER}::test_a_name_of_a_kind_not_taken_is_refused",
    "A07": FILE, "A08": FILE, "A09": FILE, "A10": FILE, "A13": FILE,
    "A14": UNDERSTOOD, "A15": FILE,
    "A16": f"{READ}::test_a_merged_class_is_the_class_of_each_of_its_rows",
    "A17": f"{READ}::test_one_sheet_a_class_gives_the_class_and_hidden_sheets_are_passed_over",
    "A19": f"{READ}::test_a_lost_leading_zero_is_told_and_never_guessed",
    "A20": ROW, "A21": ROW, "A22": ROW, "A23": UNDERSTOOD,
    "A24": f"{READ}::test_every_middle_dot_is_the_same_one",
    "A25": KINDS, "A26": ROW, "A27": ROW, "A29": FILE, "A30": ROW,
    "A32": f"{IMPORT}::test_four_of_one_name_in_a_class_are_four_people_and_a_warning",
    "A33": ROW,
    "A34": "accounts/test_roster_after.py::"
           "test_a_row_of_another_college_refuses_the_whole_file_and_is_written_down",
    "A35": f"{ROSTER}::test_a_column_that_would_give_power_is_ignored_with_a_notice",
    "A37": f"{PAGES}::test_where_many_would_leave_a_second_tick_is_asked",
    "A38": KINDS, "A39": FILE, "A40": CELL, "A41": CELL,
    "A43": f"{PAGES}::test_a_second_roster_waits_for_the_first",
    "A44": f"{PAGES}::test_a_job_that_breaks_leaves_no_staged_row_and_says_so",
    "A45": f"{ROSTER}::test_a_file_s_name_is_kept_as_harmless_text",
    "A46": f"{ROSTER}::test_more_files_than_a_form_may_hold_are_refused",
    "A47": "test_security_2k_served.py::"
           "test_a47_a_length_that_lies_ends_the_line_and_the_server_goes_on",
    "A48": f"{PAGES}::test_a_file_too_large_is_refused_with_a_sentence",
    # 2E: a pledge signed
    "E01": f"{SIGN}::test_e01_a_mangled_link_is_not_found_for_all_alike",
    "E02": f"{SIGN}::test_e02_a_forwarded_link_asks_for_the_own_login_and_signs_for_nobody_else",
    "E04": "rounds/test_races.py::test_twenty_signings_of_one_person_leave_one_signature",
    "E05": f"{SIGN}::test_e05_a_text_changed_between_view_and_sign_is_refused",
    "E07": f"{SIGN}::test_e07_e08_what_the_client_says_of_time_person_and_name_is_ignored",
    "E08": f"{SIGN}::test_e07_e08_what_the_client_says_of_time_person_and_name_is_ignored",
    "E09": f"{SIGN}::test_e09_outside_its_hours_nothing_is_signed",
    "E10": f"{SIGN}::test_e10_a_signature_by_somebody_else_is_never_the_person_s_own",
    "E11": f"{SIGN}::test_e11_a_signature_replayed_for_another_document_does_not_fit",
    "E12": f"{SIGN}::test_e12_nothing_is_lost_while_redis_is_gone",
    # 2H: coming in
    "H01": "accounts/test_security_2h.py::test_h01_guesses_are_ten_at_most_whoever_is_guessed",
    "H02": f"{LOGIN}::test_unknown_number_wrong_password_and_never_activated_get_the_same_answer",
    "H03": "accounts/test_security_2h.py::test_h03_no_spelling_of_a_number_is_another_s_account",
    "H04": f"{LOGIN}::test_a_password_too_long_or_with_nul_is_refused_before_hashing",
    "H05": f"{LOGIN}::test_the_session_key_changes_at_login_and_the_old_one_is_dead",
    "H06": "accounts/test_security_2h.py::"
           "test_h06_a_cookie_kept_from_before_opens_nothing_afterwards",
    "H08": "accounts/test_security_2h.py::"
           "test_h08_a_ticket_brought_by_ten_browsers_at_once_lets_one_in",
    "H09": f"{SSO}::test_a_ticket_that_is_none_is_not_even_asked_about",
    "H10": f"{SSO}::test_the_service_is_the_address_set_and_not_the_host_claimed",
    "H11": f"{SSO}::test_an_odd_answer_lets_nobody_in_and_is_told_in_chinese",
    "H12": f"{SSO}::test_somebody_not_on_the_roster_is_told_so_and_gets_nothing",
    "H13": "accounts/test_security_2h.py::"
           "test_h13_a_forged_word_of_leaving_ends_nobody_s_session",
    "H14": "accounts/test_security_2h.py::test_h14_a_form_from_elsewhere_is_refused_in_chinese",
    "H15": f"{SECOND}::test_five_wrong_codes_close_the_step_for_a_quarter_of_an_hour",
    "H16": "test_checks.py::test_each_danger_is_refused",
    "H17": "test_policy.py::test_the_desk_is_not_there_for_an_address_outside_the_list",
    "H18": "accounts/test_security_2h.py::"
           "test_h18_three_logins_are_listed_and_one_is_ended_at_the_next_request",
    # 2K: addresses, filters, dates, pages, searches
    # 2D: a self-check return
    "D01": f"{CARDS}_declaring.py::test_bad_input_is_refused_kindly_and_nothing_is_written",
    "D02": f"{CARDS}_sheet.py::test_a_difference_that_makes_no_sense_is_refused",
    "D03": f"{RETURNS}::test_d03_nothing_with_lines_and_something_without_are_refused",
    "D04": f"{RETURNS}::test_d04_a_part_of_another_class_is_not_there",
    "D06": f"{RETURNS}::test_d06_nobody_judges_what_is_not_theirs_to_judge",
    "D07": "rounds/test_races.py::test_approve_and_send_back_at_once_leave_one_of_both",
    "D08": f"{RETURNS}::test_d08_a_step_is_not_skipped",
    "D09": f"{RETURNS}::test_d09_the_server_s_clock_decides_what_was_in_time",
    "D10": f"{RETURNS}::test_d10_what_was_frozen_takes_no_more",
    "K01": LISTS, "K02": LISTS,
    "K03": "test_security_2k.py::test_k03_an_id_that_is_none_is_not_found_and_changes_nothing",
    "K06": "test_security_2k_typed.py::"
           "test_k06_a_day_that_is_none_or_of_another_age_is_refused_in_words",
    "K07": LISTS,
    "K09": "test_security_2k.py::"
           "test_k09_no_get_head_or_options_changes_anything_whatever_it_claims_to_be",
    "K10": "test_security_2k_served.py::test_k10_a_head_that_cannot_be_is_refused",
    "K11": "test_security_2k.py::"
           "test_k11_a_twisted_path_is_not_found_and_no_answer_for_a_person_is_kept",
    "K12": "accounts/test_periods.py::"
           "test_k12_each_instant_lies_in_exactly_one_period_of_each_kind",
    "K13": "test_security_2k_typed.py::test_k13_whoever_looks_up_without_end_is_asked_to_wait",
    "K14": "test_security_2k.py::test_k03_k14_the_desk_finds_no_such_row_nor_its_history",
    "K15": "test_security_2k_served.py::test_k15_only_what_has_an_address_is_there",
    "K16": "test_security_2k_typed.py::"
           "test_k16_a_form_that_lay_open_too_long_says_so_leads_back_and_loses_nothing",
}  # fmt: skip
# the other catalogues, and what they wait for: what they are about is not in the portal yet
LATER = {
    "2B": "selfcheck: evidence of the safeguards",
    "2C": "selfcheck: a class's screenshots in one go",
    "2F": "incidents: the ledger",
    "2G": "incidents: what the police registered",
    "2I": "notices: robots and webhooks",
    "2J": "campaigns: the quiz",
    "2L": "oversight: bulletins and assessments; its exports and jobs are in accounts/test_exports.py",
}
NUMBERS = {
    "A": [*range(1, 5), *range(6, 11), *range(13, 18), *range(19, 28), 29, 30, *range(32, 36), 37,
          *range(38, 42), *range(43, 49)],
    "D": [1, 2, 3, 4, 6, 7, 8, 9, 10],
    "E": [1, 2, 4, 5, *range(7, 13)],
    "H": [*range(1, 7), *range(8, 19)],
    "K": [1, 2, 3, 6, 7, *range(9, 17)],
}  # fmt: skip


def test_no_row_of_the_catalogues_is_forgotten():
    wanted = {f"{letter}{number:02}" for letter, all_ in NUMBERS.items() for number in all_}

    assert set(CATALOGUE) == wanted
    assert len(wanted) == 89
    assert set(LATER) == {"2B", "2C", "2F", "2G", "2I", "2J", "2L"}


@pytest.mark.parametrize("row", CATALOGUE)
def test_the_test_of_a_row_is_there(row):
    file, name = CATALOGUE[row].split("::")

    assert re.search(rf"^def {name}\(", (Path("tests") / file).read_text(), re.MULTILINE)
